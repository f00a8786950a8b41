package traffic

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// A Between is a part of the time, from its start up to and without its end. The zero Between is all of the time.
type Between struct {
	// FromNS and ToNS are the start and the end, nanoseconds since 1970-01-01 00:00 UTC.
	FromNS, ToNS int64
}

// All reports whether it is all of the time.
func (b Between) All() bool { return b == Between{} }

// Has reports whether a time is in it.
func (b Between) Has(ns int64) bool { return b.All() || ns >= b.FromNS && ns < b.ToNS }

// ParseBetween reads a part of the time such as 2026-11-24T09:00..13:00. A bare time at the end is of the day of the
// start, and an empty start or end is no bound. Times without a zone are in zone; nil means UTC.
func ParseBetween(text string, zone *time.Location) (Between, error) {
	from, to, ok := strings.Cut(text, "..")
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	if !ok || from == "" && to == "" {
		return Between{}, errors.New("expected FROM..TO, such as 2026-11-24T09:00..13:00")
	}
	b := Between{math.MinInt64, math.MaxInt64}
	if from != "" {
		at, err := parseBound(from)
		if err != nil {
			return Between{}, err
		}
		b.FromNS = at.in(zone)
	}
	if to != "" {
		if dated := len(to) > 4 && to[4] == '-'; !dated && from != "" {
			to = from[:len("2006-01-02")] + "T" + to
		}
		at, err := parseBound(to)
		if err != nil {
			return Between{}, err
		}
		b.ToNS = at.in(zone)
	}
	if b.FromNS >= b.ToNS {
		return Between{}, errors.New("the end is not after the start")
	}
	return b, nil
}

// parseBound reads a date, or a date with a time.
func parseBound(text string) (stamp, error) {
	whole := text
	if len(text) == len("2006-01-02") {
		whole += "T00:00"
	}
	at, n := parseStamp([]byte(whole))
	if n == 0 || n != len(whole) {
		return stamp{}, fmt.Errorf("%q is not a time; expected such as 2026-11-24T09:00, or 2026-11-24T09:00..13:00 for a "+
			"part of a day", text)
	}
	return at, nil
}
