package advice

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/scaling"
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
	case c.Setting == calc.SettingEnvironments:
		return fmt.Sprintf("aws lambda put-function-scaling-config %s %s "+
			"--function-scaling-config MinExecutionEnvironments=%d,MaxExecutionEnvironments=%d", name,
			Option("--qualifier", "$LATEST.PUBLISHED"), c.Least, to)
	case c.Setting != calc.SettingReserved:
		return sourceCommand(c)
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
		return name + "=" + Quoted(value)
	}
	return name + " " + Quoted(value)
}

// Quoted quotes a text as one word for a POSIX shell.
func Quoted(text string) string {
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
		levels := Scaling{Region: a.Region, Qualifier: f.Qualifier, Zone: a.TimeZone, Delays: scaling.DefaultDelays(),
			Levels: levelsOf(s.Segments)}
		s.Commands = levels.Commands(plans[i].Name, f.Unnamed)
		x.Schedule = calc.Some(s)
		plans[i].Optimize = calc.Some(x)
	}
}

// CompleteWays fills in the AWS CLI commands of the ways in plans for recorded traffic, with the account's Region and
// time zone, and with how long changes of each function take.
func CompleteWays(a calc.Account, plans []calc.FunctionPlan, delays func(function int) scaling.Delays) {
	for i := range plans {
		for k := range plans[i].Ways {
			w := &plans[i].Ways[k]
			w.Commands = wayCommands(a, &a.Functions[i], w, delays(i))
		}
	}
}

// wayCommands returns the commands that set up a way. A schedule of a single level is the same as a flat way.
func wayCommands(a calc.Account, f *calc.Function, w *calc.Way, delays scaling.Delays) []string {
	s := Scaling{Region: a.Region, Qualifier: f.Qualifier, Zone: a.TimeZone, Delays: delays}
	switch {
	case w.Way == calc.WayAutoscale:
		s.Tracking = scaling.Tracking{Target: w.TargetRatio.Or(0), Min: w.Min.Or(0), Max: w.Max.Or(0)}
		return s.Commands(f.Name, f.Unnamed)
	case w.Way == calc.WaySchedule && len(w.Segments) > 1:
		s.Levels = levelsOf(w.Segments)
		return s.Commands(f.Name, f.Unnamed)
	}
	units := w.Provisioned.Or(w.Max.Or(0))
	if units == f.Provisioned {
		return []string{}
	}
	return []string{command(calc.Change{Function: calc.Some(f.Name), Unnamed: f.Unnamed, Qualifier: f.Qualifier,
		Setting: calc.SettingProvisioned, To: calc.Some(units)}) + inRegion(a.Region)}
}

// levelsOf returns the levels of a day of 24 hours.
func levelsOf(segments []calc.Segment) (levels []scaling.Level) {
	for _, x := range segments {
		levels = append(levels, scaling.Level{FromS: int64(x.From) * secondsPerHour, Units: x.Provisioned})
	}
	return levels
}
