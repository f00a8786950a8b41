package aws

// AWS's error messages for settings that it refuses. They were recorded from the service on 2025-11-25, except for the
// SAM message, which is in the tests of its translator, and OverReservedMessage, which people quote in public threads.
//
// Messages with a % are formats, for the floor, the unreserved units or the refused value.
const (
	FloorReservedMessage = "Specified ReservedConcurrentExecutions for function decreases account's " +
		"UnreservedConcurrentExecution below its minimum value of [%d]."
	FloorProvisionedMessage = "Specified ConcurrentExecutions for function decreases account's " +
		"UnreservedConcurrentExecution below its minimum value of [%d]."
	OverUnreservedMessage = "Specified ConcurrentExecutions for function is greater than account's " +
		"unreserved concurrency [%d]."
	OverReservedMessage = "Requested Provisioned Concurrency should not be greater than the " +
		"reservedConcurrentExecution for function"
	OnLatestMessage  = "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
	UnaliasedMessage = "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function"
	BelowOneMessage  = "1 validation error detected: Value '%s' at 'provisionedConcurrentExecutions' failed to satisfy " +
		"constraint: Member must have value greater than or equal to 1"
	AliasTakenMessage = "Alias can't be used for Provisioned Concurrency configuration on an already " +
		"Provisioned version"
	VersionTakenMessage = "Version is pointed by a Provisioned Concurrency alias"
)
