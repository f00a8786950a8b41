package aws

// AWS's error messages for settings that it refuses. Most were recorded from the service on 2025-11-25. Those of SAM
// are from its translator (UnaliasedMessage, TenancyMessage, CapacityProviderMessage), and some are quoted in public
// threads (OverReservedMessage, WeightsMessage, UnrecognizedTypeMessage, VisibilityMessage).
//
// A message with a % is a format for the floor, the unreserved units, the refused value, the type or the timeouts.
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
	TenancyMessage          = "Provisioned concurrency is not supported for functions enabled with tenancy configuration"
	CapacityProviderMessage = "Cannot specify 'CapacityProviderConfig' and 'ProvisionedConcurrencyConfig' together"
	WeightsMessage          = "Alias with weights can not be used with Provisioned Concurrency"
	UnrecognizedTypeMessage = "Template format error: Unrecognized resource types: [%s]"
	VisibilityMessage       = "Queue visibility timeout: %d seconds is less than Function timeout: %d seconds"
	VersionTakenMessage     = "Version is pointed by a Provisioned Concurrency alias"
)
