package calc

import "github.com/lambdacap/lambdacap/calc/optional"

// An Optional is a value that may be absent: a setting that is not set, a limit that does not exist, or a figure that
// the inputs do not determine. The zero Optional is absent. In JSON, an absent value is null.
type Optional[T any] = optional.Optional[T]

// Some returns an Optional with a value.
func Some[T any](v T) Optional[T] { return optional.Some(v) }
