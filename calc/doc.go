// Package calc is the capacity model of AWS Lambda. It calculates how much traffic a concurrency setting can handle,
// which limit is reached first, what happens to the excess, and what to set instead.
//
// The package is pure. It does no input or output, reads no clock, draws no random numbers and keeps no state. Every
// function is safe for concurrent use.
//
// # The three rules
//
// In this package, d is the mean duration of an invocation in seconds, N the number of units of concurrency in a pool,
// and λ the offered rate in requests per second.
//
//   - Synchronous requests are limited by concurrency, N/d, and by rate, 10 N. Below 100 ms the rate limit is the
//     lower one.
//   - Asynchronous requests are limited by concurrency alone, N/d.
//   - A version or alias with P units of provisioned concurrency serves up to min(10 P, P/d) in either mode; the rest
//     spills over to on-demand.
//
// # Random arrivals and cost
//
// A split describes the steady state, in which requests are evenly spaced. A [Chance] describes the same load with
// random arrivals, using the functions of calc/erlang. Costs are per month and use the price rows that the caller
// supplies.
//
// # Structure
//
// The input is an [Account] with a list of [Function] values. [Limits], [Spill] and [Plan] each return their own result
// type. A result carries findings: facts about the numbers that a reader should know, each with a stable id. The
// Explain methods of the results return the formulas with the numbers filled in.
//
// What files say about a deployment apart from units (versions, aliases, queues) is not part of this model. Package
// calc/check holds it and judges it as AWS would.
//
// The parsers of calc/quantity ([quantity.ParseRate], [quantity.ParseDuration], [quantity.ParseMemory],
// [quantity.ParsePercent], [quantity.ParseCount]) accept the spellings people use, and each has a Format function that
// writes the value for people.
//
// # Compatibility
//
// From version 1.0.0 on, this package, those below it except calc/internal, and format/document keep what they export
// within a major version. Structs may get new fields, so name the fields in literals. The texts of findings and errors
// may change; their ids do not.
//
// # Precision
//
// Intermediate results are not rounded; results are full float64 values. A part of a rate below 1e-9 of the rate counts
// as zero. [CeilUnits] allows for the same relative error, so 200 x 1.1 needs 220 units, not 221. For a valid account,
// no result is negative, NaN or infinite.
package calc
