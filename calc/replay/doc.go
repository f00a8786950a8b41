// Package replay answers what settings would have done with recorded traffic, step by step.
package replay
