package record

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Suspended returns what is suspended of a scalable target, from the texts of a file; each may be empty.
func Suspended(out, in, scheduled string) scaling.Suspended {
	yes := func(text string) bool { return strings.EqualFold(text, "true") }
	return scaling.Suspended{Out: yes(out), In: yes(in), Scheduled: yes(scheduled)}
}

// Refine adds what else a file says about target tracking; each text may be empty. Cooldowns are in seconds.
func Refine(t *check.Tracking, statistic, outCooldown, inCooldown, noScaleIn string) {
	if strings.EqualFold(statistic, string(scaling.Maximum)) {
		t.Statistic = scaling.Maximum
	}
	t.OutCooldownS, t.InCooldownS = seconds(outCooldown), seconds(inCooldown)
	t.NoScaleIn = strings.EqualFold(noScaleIn, "true")
}

// seconds reads a cooldown; 0 if there is none.
func seconds(text string) float64 {
	n, ok := WholeNumber(text)
	if !ok || n < 0 {
		return 0
	}
	return float64(n)
}

// Time reads a time as the AWS CLI writes it: RFC 3339, or seconds since 1970-01-01 00:00 UTC.
func Time(text string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, true
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0 && x < 1e11) {
		return time.Time{}, false
	}
	whole, part := math.Modf(x)
	return time.Unix(int64(whole), int64(part*1e9)), true
}

// Misdirected describes what is wrong with the resource or the dimension that a scalable target of Lambda names. It is
// nil if nothing is known to be wrong. An unknown id or dimension is empty.
func Misdirected(id, dimension string, place check.Place) *check.Misdirected {
	_, qualifier, ok := SplitResource(id)
	switch {
	case dimension != "" && dimension != ScalableDimension && !strings.Contains(dimension, Hole):
		return &check.Misdirected{Wrong: "names the dimension " + strconv.Quote(tree.Shown(dimension)),
			Remedy: "use " + ScalableDimension, Place: place}
	case id != "" && !strings.Contains(id, Hole) && (!ok || strings.Contains(qualifier, ":")):
		return &check.Misdirected{Wrong: "names the resource " + strconv.Quote(tree.Shown(id)),
			Remedy: "use function:NAME:ALIAS", Place: place}
	}
	return nil
}

// ScaledName returns the name of the function that a resource id refers to, even if the id cannot be scaled. It is
// empty if the id has no valid name.
func ScaledName(id string) string {
	name, _ := SplitName(strings.TrimPrefix(id, "function:"))
	if calc.CheckName(name) != nil {
		return ""
	}
	return name
}
