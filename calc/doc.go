// Package calc is the capacity model of AWS Lambda: which rate a setting of
// concurrency carries, which limit stops it, what happens to the rest, and
// what to set instead.
//
// The package is pure. It does no input or output, reads no clock, draws no
// random numbers and keeps no state; every function may be called from any
// number of goroutines.
//
// # The three rules
//
// Throughout, d is the mean duration of an invocation in seconds, N the units
// of concurrency in a pool, and λ the offered rate in requests per second.
//
//   - Synchronous requests are limited by concurrency, N/d, and by rate, 10 N.
//     Below 100 ms the rate binds first.
//   - Asynchronous requests are limited by concurrency alone, N/d.
//   - A version or alias with P units of provisioned concurrency takes
//     min(10 P, P/d) in either mode; the rest spills over to on-demand.
//
// # Chance and cost
//
// A split is of the steady state: requests that come evenly. Where they arrive at
// random, a Chance says what becomes of them, by the functions of calc/erlang.
// Costs are those of a month, from price rows that the caller hands in.
//
// # Shape
//
// An [Account] with its [Function] list goes in; [Limits], [Spill] and [Plan]
// give one result type each. A result carries its findings: facts a reader
// should know about the numbers, each with a stable id. The Explain methods of
// the results give the formulas with the numbers put into them.
//
// What files say of a deployment beside units - versions, aliases, queues - is a
// [Deployment] of a function; package calc/check judges it as AWS would.
//
// The quantity parsers ([quantity.ParseRate], [quantity.ParseDuration], [quantity.ParseMemory],
// [quantity.ParsePercent], [quantity.ParseCount]) read the spellings people use, and each has a
// Format function that writes it for people.
//
// # Precision
//
// Nothing is rounded on the way: results are full float64. A part of a rate
// below 1e-9 of it counts as zero, and [CeilUnits] forgives the same relative
// error, so that 200 x 1.1 needs 220 units and not 221. For every valid
// account no result is negative, NaN or infinite.
package calc
