/**
 * What EventBridge allows. Quotas: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html; the size of an
 * entry: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html; the length constraints are those of
 * each operation in https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html.
 */

/** PutEvents. */
export const MAX_ENTRIES = 10;
/** Bytes by EventBridge's own formula, see `entrySize`; 256 KB until early 2026. */
export const MAX_REQUEST_SIZE = 1_048_576;
/** Bytes that an entry with a Time counts for it. */
export const TIME_SIZE = 14;
export const MAX_SOURCE_LENGTH = 256;
export const MAX_DETAIL_TYPE_LENGTH = 128;

/** Quotas of an account and Region. */
export const MAX_BUSES = 100;
export const MAX_RULES_PER_BUS = 300;
export const MAX_TARGETS_PER_RULE = 5;

/** Lengths of parameters. */
export const MAX_BUS_NAME_LENGTH = 256;
export const MAX_BUS_REFERENCE_LENGTH = 1_600;
export const MAX_RULE_NAME_LENGTH = 64;
export const MAX_TARGET_ID_LENGTH = 64;
export const MAX_TARGET_ARN_LENGTH = 1_600;
export const MAX_DESCRIPTION_LENGTH = 512;
export const MAX_PATTERN_LENGTH = 4_096;
export const MAX_PER_CALL = 100;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
export const MAX_INPUT_LENGTH = 8_192;
export const MAX_INPUT_PATH_LENGTH = 256;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
export const MAX_TEMPLATE_LENGTH = 8_192;
export const MAX_TEMPLATE_VARIABLES = 100;
export const MAX_VARIABLE_LENGTH = 256;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html; age in seconds. Both maxima are the defaults. */
export const MAX_RETRY_ATTEMPTS = 185;
export const MIN_EVENT_AGE = 60;
export const MAX_EVENT_AGE = 86_400;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Tag.html, and 50 tags a resource. */
export const MAX_TAGS = 50;
export const MAX_TAG_KEY_LENGTH = 128;
export const MAX_TAG_VALUE_LENGTH = 256;

/** A page of a list, and what a caller may ask for at most. */
export const MAX_PAGE_SIZE = 100;

/** Bytes of a request's body. Ours: a megabyte of Detail may grow several times when it is escaped as a JSON string. */
export const MAX_BODY_SIZE = 8 * 1_048_576;

/**
 * Bytes of events that may wait for their targets in memory; then entries for such targets are throttled. Ours: AWS keeps
 * what it has taken for a day, of whatever size.
 */
export const MAX_WAITING_BYTES = 64 * 1_048_576;
