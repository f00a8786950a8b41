package scaling

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// The keys of target tracking, as people write them.
const (
	KeyTarget      = "target"
	KeyMin         = "min"
	KeyMax         = "max"
	KeyStatistic   = "statistic"
	KeyMissing     = "missing"
	KeyOutCooldown = "out-cooldown"
	KeyInCooldown  = "in-cooldown"
)

// TrackingKeys lists the keys of target tracking. The first three are required.
func TrackingKeys() []string {
	return []string{KeyTarget, KeyMin, KeyMax, KeyStatistic, KeyMissing, KeyOutCooldown, KeyInCooldown}
}

// requiredKeys is the number of keys that target tracking needs.
const requiredKeys = 3

const legalTracking = "target, min and max, such as target=70%,min=2,max=60"

// ParseTracking reads target tracking, such as target=70%,min=2,max=60. statistic, missing, out-cooldown and
// in-cooldown may follow.
func ParseTracking(text string) (Tracking, error) {
	fail := func(problem string) error {
		return &quantity.ValueError{Text: text, Problem: problem, Legal: legalTracking}
	}
	var pairs [][2]string
	for item := range strings.SplitSeq(text, ",") {
		key, value, ok := strings.Cut(strings.TrimSpace(item), "=")
		if !ok {
			return Tracking{}, fail("is not target tracking")
		}
		pairs = append(pairs, [2]string{strings.TrimSpace(key), strings.TrimSpace(value)})
	}
	t := NewTracking()
	given := map[string]bool{}
	for _, pair := range pairs {
		if given[pair[0]] {
			return Tracking{}, fail("has two values for " + pair[0])
		}
		given[pair[0]] = true
		if err := t.Set(pair[0], pair[1]); err != nil {
			return Tracking{}, err
		}
	}
	for _, key := range TrackingKeys()[:requiredKeys] {
		if !given[key] {
			return Tracking{}, fail("has no " + key)
		}
	}
	return t, t.Validate()
}

// NewTracking returns target tracking with the defaults of AWS and nothing else.
func NewTracking() Tracking { return Tracking{Statistic: Average, Missing: Ignored} }

// Set reads the value of a key of target tracking.
func (t *Tracking) Set(key, text string) (err error) {
	switch key {
	case KeyTarget:
		t.Target, err = quantity.ParsePercent(text)
		var wrong *quantity.ValueError
		if errors.As(err, &wrong) {
			wrong.Legal = legalTarget()
		}
	case KeyMin:
		t.Min, err = quantity.ParseCount(text)
	case KeyMax:
		t.Max, err = quantity.ParseCount(text)
	case KeyStatistic:
		t.Statistic, err = oneOf(text, Average, Maximum)
	case KeyMissing:
		t.Missing, err = oneOf(text, Ignored, Breaching)
	case KeyOutCooldown:
		t.OutCooldownS, err = quantity.ParseDelay(text)
	case KeyInCooldown:
		t.InCooldownS, err = quantity.ParseDelay(text)
	default:
		err = &quantity.ValueError{Text: key, Problem: "is not a key of target tracking", Meant: nearKey(key),
			Legal: strings.Join(TrackingKeys(), ", "), Word: key, Known: TrackingKeys()}
	}
	return err
}

// nearKey returns the key that was probably meant; empty if that is not clear.
func nearKey(key string) string {
	word := strings.ToLower(strings.ReplaceAll(key, "_", "-"))
	for meant, words := range map[string][]string{
		KeyTarget: {"target-value", "targetvalue", "utilization"}, KeyMin: {"minimum", "min-capacity", "mincapacity"},
		KeyMax: {"maximum", "max-capacity", "maxcapacity"}, KeyStatistic: {"stat"},
		KeyOutCooldown: {"scale-out-cooldown", "scaleoutcooldown"}, KeyInCooldown: {"scale-in-cooldown", "scaleincooldown"},
	} {
		if word == meant {
			return meant
		}
		for _, w := range words {
			if word == w {
				return meant
			}
		}
	}
	return ""
}

// oneOf reads one of a few words.
func oneOf[T ~string](text string, words ...T) (T, error) {
	legal := make([]string, len(words))
	for i, w := range words {
		if strings.EqualFold(text, string(w)) {
			return w, nil
		}
		legal[i] = string(w)
	}
	return "", &quantity.ValueError{
		Text: text, Problem: "is not known", Legal: strings.Join(legal, " or "), Word: text, Known: legal,
	}
}

const legalScheduled = "a schedule and its bounds, such as 'cron(55 8 ? * MON-FRI *)=36:60 Europe/Berlin'"

// ParseAction reads a scheduled action: SCHEDULE=MIN:MAX, with an optional time zone after a space. Either bound may be
// missing, and stays as it is: 36: or :60. zone finds a time zone by its name.
func ParseAction(text string, zone func(name string) (Zone, error)) (Action, error) {
	fail := func(problem string) error {
		return &quantity.ValueError{Text: text, Problem: problem, Legal: legalScheduled}
	}
	schedule, rest, ok := cutLast(text, ")=")
	if !ok {
		return Action{}, fail("is not a scheduled action")
	}
	var a Action
	var err error
	if a.Schedule, err = ParseSchedule(strings.TrimSpace(schedule) + ")"); err != nil {
		return Action{}, err
	}
	bounds, name, _ := strings.Cut(strings.TrimSpace(rest), " ")
	least, most, ok := strings.Cut(bounds, ":")
	if !ok {
		return Action{}, fail("has no minimum and maximum")
	}
	if a.Min, err = parseBound(least); err == nil {
		a.Max, err = parseBound(most)
	}
	if name = strings.TrimSpace(name); err == nil && name != "" {
		a.Zone, err = zone(name)
	}
	if err != nil {
		return Action{}, err
	}
	return a, a.Validate()
}

// cutLast cuts a text around the last separator.
func cutLast(text, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// parseBound reads a bound, which stays as it is if there is none.
func parseBound(text string) (int64, error) {
	if text == "" {
		return Unset, nil
	}
	return quantity.ParseCount(text)
}

// Validate returns an error if the action sets nothing, or a minimum above its maximum.
func (a *Action) Validate() error {
	switch {
	case a.Min == Unset && a.Max == Unset:
		return fmt.Errorf("%s sets no minimum and no maximum", a.Schedule.Text)
	case a.Max != Unset && a.Min > a.Max:
		return fmt.Errorf("%s sets a minimum of %s, above its maximum of %s", a.Schedule.Text,
			quantity.FormatCount(a.Min), quantity.FormatCount(a.Max))
	}
	return nil
}

// String writes the action as ParseAction reads it.
func (a *Action) String() string {
	bound := func(units int64) string {
		if units == Unset {
			return ""
		}
		return fmt.Sprint(units)
	}
	text := a.Schedule.Text + "=" + bound(a.Min) + ":" + bound(a.Max)
	if a.Zone.Name != "" {
		text += " " + a.Zone.Name
	}
	return text
}
