package advice

import (
	"fmt"
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// command returns the AWS CLI command of a change.
func command(c calc.Change) string {
	to := c.To.Or(0)
	name := Option("--function-name", nameOf(c.Function.Or(""), c.Unnamed))
	qualifier := Option("--qualifier", qualifierOr(c.Qualifier))
	switch {
	case c.Setting == calc.SettingAccount:
		return fmt.Sprintf("aws service-quotas request-service-quota-increase "+
			"--service-code %s --quota-code %s --desired-value %d", aws.QuotaServiceCode, aws.QuotaCode, to)
	case c.Setting == calc.SettingProvisioned && to == 0:
		return fmt.Sprintf("aws lambda delete-provisioned-concurrency-config %s %s", name, qualifier)
	case c.Setting == calc.SettingProvisioned:
		return fmt.Sprintf("aws lambda put-provisioned-concurrency-config %s %s "+
			"--provisioned-concurrent-executions %d", name, qualifier, to)
	case c.To.Known():
		return fmt.Sprintf("aws lambda put-function-concurrency %s --reserved-concurrent-executions %d", name, to)
	}
	return "aws lambda delete-function-concurrency " + name
}

// LookUps returns the AWS CLI commands that show the reservation of a function and, if provisioned is set, its
// provisioned concurrency. Their answers name the function. If CloudFormation generates that name, the commands look it
// up by logicalID, which the answer of get-function also contains; STACK stands for the name of the stack.
func LookUps(region, function, logicalID string, provisioned bool) []string {
	name := Option("--function-name", nameOf(function, false))
	if logicalID != "" {
		name = `--function-name "$(aws cloudformation describe-stack-resource --stack-name STACK ` +
			Option("--logical-resource-id", logicalID) + " --query StackResourceDetail.PhysicalResourceId --output text" +
			inRegion(region) + `)"`
	}
	name += inRegion(region)
	commands := []string{"aws lambda get-function " + name}
	if provisioned {
		commands = append(commands, "aws lambda list-provisioned-concurrency-configs "+name)
	}
	return commands
}

// Placeholder stands for the name of an unnamed function.
const Placeholder = "FUNCTION"

// qualifierOr returns the version or alias of a function, or the placeholder if it is not known.
func qualifierOr(qualifier string) string {
	if qualifier == "" {
		return "ALIAS"
	}
	return qualifier
}

// nameOf returns the name that AWS uses for a function. A label such as "api in b.yaml" contains both the name and the
// file. For an unnamed function it returns the placeholder.
func nameOf(function string, unnamed bool) string {
	if unnamed {
		return Placeholder
	}
	if name, _, labelled := strings.Cut(function, " in "); labelled && calc.CheckName(name) == nil {
		return name
	}
	return function
}

// inRegion returns the option that sets the Region, or an empty string if the Region is not known.
func inRegion(region string) string {
	if region == "" {
		return ""
	}
	return " " + Option("--region", region)
}

// Option returns an option of a command with its value, quoted for a POSIX shell. Every line that people may copy into
// a shell is built with it. A value that begins with a hyphen would be read as an option, so an equals sign joins it to
// its name.
func Option(name, value string) string {
	if strings.HasPrefix(value, "-") {
		return name + "=" + quoted(value)
	}
	return name + " " + quoted(value)
}

// quoted quotes a text as one word for a POSIX shell.
func quoted(text string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:/=", r)
	}
	// zsh expands =word to the path of a command.
	if text != "" && text[0] != '=' && strings.IndexFunc(text, func(r rune) bool { return !safe(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// CompleteSchedules fills in the AWS CLI commands of the schedules in plans, with the account's Region and time zone. A
// single level is not a schedule and needs no commands.
func CompleteSchedules(a calc.Account, plans []calc.FunctionPlan) {
	for i := range plans {
		x, ok := plans[i].Optimize.Get()
		s, scheduled := x.Schedule.Get()
		if !ok || !scheduled || len(s.Segments) < 2 {
			continue
		}
		f := &a.Functions[i]
		s.Commands = scheduleCommands(nameOf(plans[i].Name, f.Unnamed)+":"+qualifierOr(f.Qualifier), a, s.Segments)
		x.Schedule = calc.Some(s)
		plans[i].Optimize = calc.Some(x)
	}
}

// scheduleCommands returns the AWS CLI commands that create a daily schedule for a function, NAME:QUALIFIER.
func scheduleCommands(name string, a calc.Account, segments []calc.Segment) []string {
	resource := scalable(name)
	low, high := segments[0].Provisioned, segments[0].Provisioned
	for _, s := range segments {
		low, high = min(low, s.Provisioned), max(high, s.Provisioned)
	}
	list := []string{register(resource, low, high) + inRegion(a.Region)}
	zone := ""
	if a.TimeZone != "" {
		zone = " " + Option("--timezone", a.TimeZone)
	}
	for i, s := range segments {
		before := segments[(i+len(segments)-1)%len(segments)].Provisioned
		if s.Provisioned == before {
			continue // the level continues past midnight
		}
		minute := startMinute(s, s.Provisioned > before)
		action := fmt.Sprintf("aws application-autoscaling put-scheduled-action %s --scheduled-action-name from-%02d "+
			"--schedule 'cron(%d %d * * ? *)' --scalable-target-action MinCapacity=%d,MaxCapacity=%d",
			resource, s.From, minute%60, minute/60, s.Provisioned, s.Provisioned)
		list = append(list, action+zone+inRegion(a.Region))
	}
	return list
}

// scalable returns the options that name the provisioned concurrency of a function, NAME:QUALIFIER, to Application Auto
// Scaling.
func scalable(name string) string {
	return "--service-namespace lambda " + Option("--resource-id", "function:"+name) +
		" --scalable-dimension lambda:function:ProvisionedConcurrency"
}

// register returns the command that lets Application Auto Scaling change it between two bounds.
func register(resource string, low, high int64) string {
	return fmt.Sprintf("aws application-autoscaling register-scalable-target %s --min-capacity %d --max-capacity %d",
		resource, low, high)
}

// CompleteWays fills in the AWS CLI commands of the ways in plans, with the account's Region and time zone.
func CompleteWays(a calc.Account, plans []calc.FunctionPlan) {
	for i := range plans {
		for k := range plans[i].Ways {
			w := &plans[i].Ways[k]
			w.Commands = wayCommands(a, &a.Functions[i], w)
		}
	}
}

// wayCommands returns the commands that set up a way. A schedule of a single level is the same as a flat way.
func wayCommands(a calc.Account, f *calc.Function, w *calc.Way) []string {
	name := nameOf(f.Name, f.Unnamed) + ":" + qualifierOr(f.Qualifier)
	switch {
	case w.Way == calc.WayAutoscale:
		resource := scalable(name)
		target := w.TargetRatio.Or(0)
		configuration := fmt.Sprintf(`{"TargetValue":%s,"PredefinedMetricSpecification":`+
			`{"PredefinedMetricType":"LambdaProvisionedConcurrencyUtilization"}}`, quantity.FormatNumber(target))
		policy := fmt.Sprintf("aws application-autoscaling put-scaling-policy %s --policy-name utilization-%d "+
			"--policy-type TargetTrackingScaling %s", resource, int(math.Round(target*100)),
			Option("--target-tracking-scaling-policy-configuration", configuration))
		return []string{register(resource, w.Min.Or(0), w.Max.Or(0)) + inRegion(a.Region), policy + inRegion(a.Region)}
	case w.Way == calc.WaySchedule && len(w.Segments) > 1:
		return scheduleCommands(name, a, w.Segments)
	}
	units := w.Provisioned.Or(w.Max.Or(0))
	if units == f.Provisioned {
		return []string{}
	}
	return []string{command(calc.Change{Function: calc.Some(f.Name), Unnamed: f.Unnamed, Qualifier: f.Qualifier,
		Setting: calc.SettingProvisioned, To: calc.Some(units)}) + inRegion(a.Region)}
}

const minutesPerDay = 24 * 60

// startMinute returns the minute of the day at which to request a segment. An increase starts early enough for the
// units to be ready in time.
func startMinute(s calc.Segment, increase bool) int {
	minute := s.From * 60
	if increase {
		minute -= aws.ProvisioningDelayMinutes + int(math.Ceil(float64(s.Provisioned)/aws.ProvisioningPerMinute))
	}
	return (minute + minutesPerDay) % minutesPerDay
}
