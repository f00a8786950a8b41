package advice

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A Scaling is provisioned concurrency that changes over time, to be set with Application Auto Scaling.
type Scaling struct {
	// Region is the Region; empty for that of the AWS CLI's configuration.
	Region string
	// Qualifier is the version or alias; empty if it is not known.
	Qualifier string
	// Tracking is the target tracking. Without one, Target is 0, and the levels say how much is provisioned.
	Tracking scaling.Tracking
	// Levels are units from a time of the day on: the least ones with target tracking, else all. There may be none.
	Levels []scaling.Level
	// Zone is the name of the time zone of the levels; empty for UTC.
	Zone string
	// Delays say how long more units take. A rise is requested that much earlier.
	Delays scaling.Delays
}

// Commands returns the AWS CLI commands that set the scaling of a function. They contain ALIAS in place of a version or
// alias that is not known, and FUNCTION in place of an unnamed function.
func (s Scaling) Commands(function string, unnamed bool) []string {
	name, qualifier := nameOf(function, unnamed), qualifierOr(s.Qualifier)
	resource := "--service-namespace lambda " + Option("--resource-id", "function:"+name+":"+qualifier) +
		" --scalable-dimension lambda:function:ProvisionedConcurrency"
	low, high := s.bounds()
	register := fmt.Sprintf("aws application-autoscaling register-scalable-target %s --min-capacity %d --max-capacity %d",
		resource, low, high)
	list := []string{register + inRegion(s.Region)}
	if s.Tracking.Tracks() {
		list = append(list, "aws application-autoscaling put-scaling-policy "+resource+
			fmt.Sprintf(" --policy-name tracking-%s --policy-type TargetTrackingScaling ", percent(s.Tracking.Target))+
			Option("--target-tracking-scaling-policy-configuration", configuration(s.Tracking, name,
				qualifier))+inRegion(s.Region))
	}
	zone := ""
	if s.Zone != "" {
		zone = " " + Option("--timezone", s.Zone)
	}
	for i, l := range s.Levels {
		before := s.Levels[(i+len(s.Levels)-1)%len(s.Levels)].Units
		if l.Units == before {
			continue // the level continues past midnight
		}
		most := l.Units
		if s.Tracking.Tracks() {
			most = s.Tracking.Max
		}
		minute := s.requestMinute(l, l.Units > before)
		action := fmt.Sprintf("aws application-autoscaling put-scheduled-action %s --scheduled-action-name %s "+
			"--schedule 'cron(%d %d * * ? *)' --scalable-target-action MinCapacity=%d,MaxCapacity=%d",
			resource, actionName(l), minute%minutesPerHour, minute/minutesPerHour, l.Units, most)
		list = append(list, action+zone+inRegion(s.Region))
	}
	return list
}

// bounds returns the bounds of the scalable target.
func (s Scaling) bounds() (low, high int64) {
	if s.Tracking.Tracks() {
		return s.Tracking.Min, s.Tracking.Max
	}
	for i, l := range s.Levels {
		if low, high = min(low, l.Units), max(high, l.Units); i == 0 {
			low, high = l.Units, l.Units
		}
	}
	return low, high
}

const (
	secondsPerHour = 3600
	minutesPerHour = 60
	minutesPerDay  = series.SecondsPerDay / 60
)

// actionName names a scheduled action after the time of its level: from-09, from-0930.
func actionName(l scaling.Level) string {
	hour, minute := l.FromS/secondsPerHour, l.FromS%secondsPerHour/60
	if minute == 0 {
		return fmt.Sprintf("from-%02d", hour)
	}
	return fmt.Sprintf("from-%02d%02d", hour, minute)
}

// requestMinute returns the minute of the day at which to request a level. A rise starts early enough for the units to
// be ready in time.
func (s Scaling) requestMinute(l scaling.Level, rise bool) int {
	minute := int(l.FromS / 60)
	if rise {
		minute -= int(math.Ceil(s.Delays.Allocation(l.Units)/60 - 1e-9))
	}
	return (minute%minutesPerDay + minutesPerDay) % minutesPerDay
}

// percent writes a ratio in percent, without a sign: 70, 72.5.
func percent(ratio float64) string {
	return strconv.FormatFloat(math.Round(ratio*1e4)/100, 'f', -1, 64)
}

// configuration returns the configuration of a target tracking policy, as JSON. The predefined metric is the average.
func configuration(t scaling.Tracking, name, qualifier string) string {
	parts := []string{`"TargetValue":` + strconv.FormatFloat(t.Target, 'f', -1, 64)}
	if t.Statistic == scaling.Maximum {
		parts = append(parts, `"CustomizedMetricSpecification":{"Namespace":"AWS/Lambda",`+
			`"MetricName":"ProvisionedConcurrencyUtilization","Statistic":"Maximum","Dimensions":[`+
			`{"Name":"FunctionName","Value":"`+name+`"},{"Name":"Resource","Value":"`+name+`:`+qualifier+`"}]}`)
	} else {
		parts = append(parts,
			`"PredefinedMetricSpecification":{"PredefinedMetricType":"LambdaProvisionedConcurrencyUtilization"}`)
	}
	for _, cooldown := range []struct {
		key     string
		seconds float64
	}{{"ScaleOutCooldown", t.OutCooldownS}, {"ScaleInCooldown", t.InCooldownS}} {
		if cooldown.seconds > 0 {
			parts = append(parts, fmt.Sprintf(`%q:%d`, cooldown.key, int64(math.Ceil(cooldown.seconds))))
		}
	}
	if t.NoScaleIn {
		parts = append(parts, `"DisableScaleIn":true`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}
