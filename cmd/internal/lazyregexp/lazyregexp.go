// Package lazyregexp compiles regular expressions when they are used first, so that a run pays only for its own.
package lazyregexp

import (
	"regexp"
	"sync"
)

// A Regexp is a regular expression. It may be used by several goroutines at once.
type Regexp struct {
	// Text is its text, which must be valid.
	Text string

	once     sync.Once
	compiled *regexp.Regexp
}

// Get returns the compiled expression.
func (r *Regexp) Get() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.Text) })
	return r.compiled
}
