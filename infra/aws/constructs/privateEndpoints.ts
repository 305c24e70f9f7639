import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** What functions ask beside DynamoDB and S3, whose gateways cost nothing. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const OF_FUNCTIONS = ['dynamodb-streams', 'events', 'logs', 'xray'] as const;
/** A container's image is fetched too. */
const OF_WORKERS = ['ecr.api', 'ecr.dkr'] as const;

export interface PrivateEndpointsOptions {
  readonly worker: boolean;
  /** Whether there is a key of the customer's. */
  readonly key: boolean;
  /** Where the functions, or the workers, are. */
  readonly subnets: ec2.SubnetSelection;
}

/** A VPC that has no way out reaches all that is used, and nothing else. Returns the services that are paid for by the hour. */
export function addPrivateEndpoints(
  scope: Construct,
  vpc: ec2.IVpc,
  { worker, key, subnets }: PrivateEndpointsOptions,
): readonly string[] {
  for (const [id, service] of [
    ['DynamoDb', ec2.GatewayVpcEndpointAwsService.DYNAMODB],
    ['S3', ec2.GatewayVpcEndpointAwsService.S3],
  ] as const)
    new ec2.GatewayVpcEndpoint(scope, `${id}Endpoint`, { vpc, service, subnets: [subnets] });
  const services = [...OF_FUNCTIONS, ...(worker ? OF_WORKERS : []), ...(key ? ['kms'] : [])];
  const { region } = Stack.of(scope);
  for (const name of services)
    new ec2.InterfaceVpcEndpoint(scope, `Endpoint-${name}`, {
      vpc,
      service: new ec2.InterfaceVpcEndpointService(`com.amazonaws.${region}.${name}`),
      privateDnsEnabled: true,
      subnets,
    });
  return services;
}
