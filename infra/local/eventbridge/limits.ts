/**
 * What EventBridge allows. Sources: "Amazon EventBridge quotas" and "Calculating PutEvents event entry size" in the user
 * guide; the length constraints are those of the API reference of each operation.
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

/** A page of a list, and what a caller may ask for at most. */
export const MAX_PAGE_SIZE = 100;

/** Bytes of a request's body. Ours: a megabyte of Detail may grow several times when it is escaped as a JSON string. */
export const MAX_BODY_SIZE = 8 * 1_048_576;
