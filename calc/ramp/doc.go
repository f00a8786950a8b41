// Package ramp answers whether a function survives a rate that grows: how many requests AWS refuses while environments
// start, in which second, for which reason, and what would prevent it.
package ramp
