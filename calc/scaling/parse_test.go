package scaling_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/scaling"
)

func TestParseTracking(t *testing.T) {
	got, err := scaling.ParseTracking("target=70%, min=2,max=60")
	want := scaling.Tracking{Target: 0.7, Min: 2, Max: 60, Statistic: scaling.Average, Missing: scaling.Ignored}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	got,
		err = scaling.ParseTracking(
		"max=60,min=0,target=0.5,statistic=Maximum,missing=breaching,out-cooldown=0s,in-cooldown=5m")
	want = scaling.Tracking{Target: 0.5, Max: 60, Statistic: scaling.Maximum, Missing: scaling.Breaching, InCooldownS: 300}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for text, want := range map[string]string{
		"":                                       "is not target tracking; expected target, min and max",
		"70%":                                    "is not target tracking; expected target, min and max",
		"target=70%":                             "has no min",
		"target=70%,min=2":                       "has no max; expected target, min and max, such as target=70%,min=2,max=60",
		"target=70%,min=2,min=3,max=4":           "has two values for min",
		"target=95%,min=2,max=60":                "target 95% is out of range; expected 10% to 90%",
		"target=70,min=2,max=60":                 `"70"`,
		"target=170%,max=60":                     `"170%" is too large; expected 10% to 90%`,
		"target=70%,min=61,max=60":               "min 61 is above max 60",
		"target=70%,minimum=2,max=60":            `"minimum" is not a key of target tracking; did you mean min?`,
		"target=70%,min=2,max=60,speed=1":        "expected target, min, max, statistic, missing, out-cooldown, in-cooldown",
		"target=70%,min=2,max=60,out-cooldown=5": `"5" has no unit`,
		"target=70%,min=2,max=60,statistic=p99":  `"p99" is not known; expected average or maximum`,
		"target=70%,min=2,max=60,missing=ignore": `"ignore" is not known; expected missing or breaching`,
		"target=70%,min=2.5,max=60":              "is not a whole number",
	} {
		if _, err := scaling.ParseTracking(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestParseAction(t *testing.T) {
	zone := func(name string) (scaling.Zone, error) {
		if name != "Europe/Berlin" {
			return scaling.Zone{}, fmt.Errorf("%q is not a time zone", name)
		}
		return scaling.Zone{Name: name}, nil
	}
	for _, text := range []string{
		"cron(55 8 ? * MON-FRI *)=36:60 Europe/Berlin", "cron(0 22 * * ? *)=2:", "rate(1 day)=:60",
		"at(2026-11-24T08:55:00)=0:0",
	} {
		a, err := scaling.ParseAction(text, zone)
		if err != nil || a.String() != text {
			t.Errorf("%s: %s, %v", text, a.String(), err)
		}
	}
	for text, want := range map[string]string{
		"":                                     "is not a scheduled action; expected a schedule and its bounds",
		"cron(55 8 * * ? *)":                   "is not a scheduled action",
		"cron(55 8 * * ? *)=36":                "has no minimum and maximum",
		"cron(55 8 * * ? *)=:":                 "sets no minimum and no maximum",
		"cron(55 8 * * ? *)=60:36":             "sets a minimum of 60, above its maximum of 36",
		"cron(55 8 * * ? *)=x:36":              `"x"`,
		"cron(55 8 * * MON *)=36:60":           "did you mean cron(55 8 ? * MON *)?",
		"cron(55 8 * * ? *)=36:60 Mars/Phobos": `"Mars/Phobos" is not a time zone`,
	} {
		if _, err := scaling.ParseAction(text, zone); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestNames checks the names of settings side by side.
func TestNames(t *testing.T) {
	p := tracking(0.7, 2, 60, 2)
	for want, change := range map[string]func(p *scaling.Policy){
		"tracking 70%, 2 to 60":                     func(*scaling.Policy) {},
		"tracking 70%, 2 to 60, maximum":            func(p *scaling.Policy) { p.Tracking.Statistic = scaling.Maximum },
		"tracking 70%, 2 to 60, 1 scheduled action": func(p *scaling.Policy) { p.Actions = make([]scaling.Action, 1) },
		"2 scheduled actions": func(p *scaling.Policy) {
			p.Tracking, p.Actions = scaling.Tracking{}, make([]scaling.Action, 2)
		},
		"levels 2 13 36": func(p *scaling.Policy) { p.Levels = levels(t, "0=2,6=13,9=36") },
	} {
		q := *p
		change(&q)
		if got := q.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
