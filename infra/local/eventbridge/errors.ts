/** An answer of the service that is an error: `type` is what the SDK makes an exception class of. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = 'ServiceError';
    this.type = type;
    this.status = status;
  }
}

export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);
export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);
export const malformed = (message: string): ServiceError => new ServiceError('SerializationException', message);
export const alreadyExists = (message: string): ServiceError =>
  new ServiceError('ResourceAlreadyExistsException', message);
export const limitExceeded = (): ServiceError =>
  new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
export const invalidPattern = (reason: string): ServiceError =>
  new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
