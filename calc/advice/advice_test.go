package advice_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/configs"
)

func rps(x float64) calc.Optional[float64] { return calc.Some(x) }
func ms(x float64) calc.Optional[float64]  { return calc.Some(x) }
func units(n int64) calc.Optional[int64]   { return calc.Some(n) }

// account is an account with the default quota and no Region.
func account(functions ...calc.Function) calc.Account {
	return calc.Account{Concurrency: aws.DefaultConcurrency, Functions: functions}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n%v, want\n%v", what, got, want)
	}
}

func plan(t *testing.T, a calc.Account, o calc.PlanOptions) calc.PlanResult {
	t.Helper()
	r, err := calc.Plan(a, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// actions returns the actions of a plan with headroom.
func actions(t *testing.T, a calc.Account, headroom float64) []advice.Action {
	t.Helper()
	r := plan(t, a, calc.PlanOptions{Sizing: calc.Sizing{Headroom: headroom}})
	return advice.Actions(r.Planned, r.Changes)
}

// cheapest plans for the lowest cost.
func cheapest(t *testing.T, a calc.Account, sizing calc.Sizing) calc.PlanResult {
	t.Helper()
	prices, err := configs.Prices()
	if err != nil {
		t.Fatal(err)
	}
	sizing.Objective = calc.Cheapest
	cost := calc.CostOptions{Billing: calc.Billing{Hours: aws.MonthHours}, Prices: prices}
	return plan(t, a, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true, Cost: &cost}, Sizing: sizing})
}

// TestActions checks the actions of a plan: what they change, in words and as AWS CLI lines with the Region.
func TestActions(t *testing.T) {
	a := account(
		calc.Function{Name: "checkout", RPS: rps(2500), DurationMS: ms(60), Reserved: units(400), Provisioned: 150},
		calc.Function{Name: "search", RPS: rps(1800), DurationMS: ms(120), Provisioned: 200},
		calc.Function{Name: "orders", Mode: calc.Async, RPS: rps(1500), DurationMS: ms(1200), Reserved: units(1500)})
	a.Concurrency, a.Region = 3000, "us-east-1"
	want := []advice.Action{{
		Function: calc.Some("checkout"), Setting: calc.SettingProvisioned, From: units(150), To: units(275), Required: true,
		Message: "raise provisioned concurrency from 150 to 275",
		Command: "aws lambda put-provisioned-concurrency-config --function-name checkout --qualifier ALIAS " +
			"--provisioned-concurrent-executions 275 --region us-east-1",
	}, {
		Function: calc.Some("search"), Setting: calc.SettingProvisioned, From: units(200), To: units(238), Required: true,
		Message: "raise provisioned concurrency from 200 to 238",
		Command: "aws lambda put-provisioned-concurrency-config --function-name search --qualifier ALIAS " +
			"--provisioned-concurrent-executions 238 --region us-east-1",
	}, {
		Function: calc.Some("orders"), Setting: calc.SettingReserved, From: units(1500), To: units(1980), Required: true,
		Message: "raise reserved concurrency from 1,500 to 1,980",
		Command: "aws lambda put-function-concurrency --function-name orders --reserved-concurrent-executions 1980 " +
			"--region us-east-1",
	}}
	got := actions(t, a, 0.1)
	if len(got) != len(want) {
		t.Fatalf("%d actions, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i].SupportRequest == nil || len(got[i].SupportRequest) > 0 {
			t.Errorf("the support request of a function: %#v", got[i].SupportRequest)
		}
		want[i].SupportRequest = got[i].SupportRequest
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%+v, want\n%+v", got[i], want[i])
		}
	}
	if none := advice.Actions(a, nil); none == nil || len(none) > 0 {
		t.Errorf("without changes: %#v", none)
	}
}

// TestMessages checks the words and the commands for changes of reservations and provisioned concurrency.
func TestMessages(t *testing.T) {
	const put = "aws lambda put-function-concurrency --function-name f --reserved-concurrent-executions "
	for _, c := range []struct {
		name             string
		f                calc.Function
		required         bool
		message, command string // of the first action
	}{
		{"nothing may spill",
			calc.Function{RPS: rps(2000), DurationMS: ms(80), Provisioned: 150, Reserved: units(200)}, true,
			"raise reserved concurrency from 200 to 220; set more to let requests spill", put + "220"},
		{"switched off, without a duration",
			calc.Function{Mode: calc.Async, RPS: rps(10), Reserved: units(0)}, true,
			"switch the function on: delete its reserved concurrency of 0",
			"aws lambda delete-function-concurrency --function-name f"},
		{"switched off",
			calc.Function{RPS: rps(100), DurationMS: ms(100), Reserved: units(0)}, true,
			"switch the function on: raise reserved concurrency from 0 to 11, or delete it", put + "11"},
		{"idle",
			calc.Function{RPS: rps(100), DurationMS: ms(100), Provisioned: 100}, false,
			"lower provisioned concurrency from 100 to 11, since the rest is idle",
			"aws lambda put-provisioned-concurrency-config --function-name f --qualifier ALIAS " +
				"--provisioned-concurrent-executions 11"},
	} {
		c.f.Name = "f"
		got := actions(t, account(c.f), 0.1)[0]
		equal(t, c.name+": required", got.Required, c.required)
		equal(t, c.name+": message", got.Message, c.message)
		equal(t, c.name+": command", got.Command, c.command)
	}
}

// TestCheapestMessages checks the actions that lead to the lowest cost.
func TestCheapestMessages(t *testing.T) {
	const (
		remove = "aws lambda delete-provisioned-concurrency-config --function-name f --qualifier ALIAS"
		put    = "aws lambda put-provisioned-concurrency-config --function-name f --qualifier ALIAS " +
			"--provisioned-concurrent-executions 9"
	)
	for _, c := range []struct {
		region           string
		provisioned      int64
		message, command string
	}{
		{"us-east-1", 0, "set provisioned concurrency to 9", put},
		{"us-east-1", 5, "raise provisioned concurrency from 5 to 9", put},
		{"us-east-1", 20, "lower provisioned concurrency from 20 to 9, since on-demand costs less for the rest", put},
		{"eu-central-1", 5, "delete provisioned concurrency (5), since on-demand costs less", remove},
	} {
		a := account(calc.Function{Name: "f", RPS: rps(10), DurationMS: ms(1000), MemoryMB: units(1024),
			Provisioned: c.provisioned})
		a.Region = c.region
		r := cheapest(t, a, calc.Sizing{})
		got := advice.Actions(r.Planned, r.Changes)
		if len(got) != 1 || got[0].Required {
			t.Errorf("from %d in %s: %+v", c.provisioned, c.region, got)
			continue
		}
		equal(t, "message", got[0].Message, c.message)
		equal(t, "command", got[0].Command, c.command+" --region "+c.region)
	}
}

// TestQuotaRequest checks that the quota comes first, with the lines that AWS Support asks for.
func TestQuotaRequest(t *testing.T) {
	a := account(
		calc.Function{Name: "api", RPS: rps(20000), AverageRPS: rps(12000), DurationMS: ms(50), MemoryMB: units(512),
			EventSource: "API Gateway"},
		calc.Function{Name: "-o_9[\"it's\"]", Mode: calc.Async, RPS: rps(10000), AverageRPS: rps(1000), DurationMS: ms(200),
			MemoryMB: units(512), EventSource: "S3", Reserved: units(10)},
		calc.Function{Name: "idle"})
	got := actions(t, a, 0)
	equal(t, "message", got[0].Message, "raise the account's concurrency quota from 1,000 to 4,000")
	equal(t, "command", got[0].Command, "aws service-quotas request-service-quota-increase --service-code lambda "+
		"--quota-code L-B99A9384 --desired-value 4000")
	equal(t, "request", strings.Join(got[0].SupportRequest, "\n"), `Average rate: 13,000 requests/s
Peak rate: 30,000 requests/s
Average duration: 100ms
Memory: 512 MB
Invocation type: synchronous (RequestResponse), asynchronous (Event)
Event source: API Gateway, S3`)
	equal(t, "quoted for a shell", got[1].Command,
		`aws lambda put-function-concurrency --function-name='-o_9["it'\''s"]' --reserved-concurrent-executions 2000`)

	a.Functions[1].AverageRPS = calc.Optional[float64]{}
	a.Functions[1].MemoryMB = units(1024)
	request := actions(t, a, 0)[0].SupportRequest
	equal(t, "an average that is not complete", request[0], "Average rate: (please fill in)")
	equal(t, "two sizes of memory", request[3], "Memory: 512 MB, 1024 MB")

	a = account(calc.Function{Name: "f", RPS: rps(0), Reserved: units(1)})
	a.Concurrency = 1
	request = actions(t, a, 0)[0].SupportRequest
	equal(t, "nothing to list", strings.Join(request, "\n"), `Average rate: (please fill in)
Peak rate: 0 requests/s
Average duration: (please fill in)
Memory: (please fill in)
Invocation type: (please fill in)
Event source: (please fill in)`)
}

// TestQuotaForOthers checks a quota that only makes room for other changes, and the facts that its request leaves open.
func TestQuotaForOthers(t *testing.T) {
	got := actions(t, account(calc.Function{Name: "f", RPS: rps(8500), DurationMS: ms(100), Provisioned: 800}), 0.1)
	equal(t, "message", got[0].Message,
		"raise the account's concurrency quota from 1,000 to 1,035, to make room for the other changes")
	equal(t, "the change below", got[1].Message, "raise provisioned concurrency from 800 to 935")

	got = actions(t, account(calc.Function{Name: "f", RPS: rps(9500)}), 0.1)
	equal(t, "for headroom", got[0].Required, false)
	equal(t, "message", got[0].Message, "raise the account's concurrency quota from 1,000 to 1,045")
	equal(t, "what nobody gave is left open", got[0].SupportRequest[2], "Average duration: (please fill in)")
}

// TestShellQuoting checks that a shell passes a value on unchanged, and that no program mistakes it for an option.
func TestShellQuoting(t *testing.T) {
	for value, want := range map[string]string{
		"plain-Name_1":          "--x plain-Name_1",
		"a/b:live.2":            "--x a/b:live.2",
		"Units=5":               "--x Units=5",
		"":                      "--x ''",
		"two words":             "--x 'two words'",
		"$(reboot)":             "--x '$(reboot)'",
		"a;b|c&d>e":             "--x 'a;b|c&d>e'",
		"x;touch pwned;#=VALUE": "--x 'x;touch pwned;#=VALUE'",
		`"quoted\name"`:         `--x '"quoted\name"'`,
		"it's":                  `--x 'it'\''s'`,
		"größe":                 "--x 'größe'",
		"=ls":                   "--x '=ls'",
		"-x":                    "--x=-x",
		"--y z":                 "--x='--y z'",
	} {
		equal(t, "option", advice.Option("--x", value), want)
	}
	f := calc.Function{Name: "-f", RPS: rps(1000), DurationMS: ms(100), Reserved: units(50)}
	equal(t, "command", actions(t, account(f), 0)[0].Command,
		"aws lambda put-function-concurrency --function-name=-f --reserved-concurrent-executions 100")
	f.Name = "f in b.yaml" // AWS calls it f
	equal(t, "command", actions(t, account(f), 0)[0].Command,
		"aws lambda put-function-concurrency --function-name f --reserved-concurrent-executions 100")
	levels := []calc.Segment{{From: 0, To: 12, Provisioned: 1}, {From: 12, To: 24, Provisioned: 2}}
	for _, line := range commands("", "${a b}", levels) {
		if !strings.Contains(line, " --resource-id 'function:${a b}:ALIAS' ") {
			t.Errorf("not quoted: %s", line)
		}
	}
}

// commands returns the commands that create a function's schedule.
func commands(region, function string, segments []calc.Segment) []string {
	schedule := calc.Schedule{Segments: segments}
	plans := []calc.FunctionPlan{
		{Name: "fixed"},
		{Name: function, Optimize: calc.Some(calc.Optimization{Schedule: calc.Some(schedule)})},
	}
	a := account(calc.Function{Name: "fixed"}, calc.Function{Name: function})
	a.Region = region
	advice.CompleteSchedules(a, plans)
	return plans[1].Optimize.Or(calc.Optimization{}).Schedule.Or(calc.Schedule{}).Commands
}

// TestScheduleCommands checks the commands that create a schedule. An increase starts early, by the time that the units
// take to become ready: 2 minutes, plus 1 for each 6,000 units.
func TestScheduleCommands(t *testing.T) {
	const (
		register = "aws application-autoscaling register-scalable-target"
		put      = "aws application-autoscaling put-scheduled-action"
		resource = " --service-namespace lambda --resource-id function:api:ALIAS " +
			"--scalable-dimension lambda:function:ProvisionedConcurrency"
	)
	for _, c := range []struct {
		name, region string
		segments     []calc.Segment
		want         []string
	}{
		{"an increase of 9,000 units", "us-east-1",
			[]calc.Segment{{From: 8, To: 18, Provisioned: 9000}, {From: 18, To: 8, Provisioned: 20}},
			[]string{
				register + resource + " --min-capacity 20 --max-capacity 9000 --region us-east-1",
				put + resource + " --scheduled-action-name from-08 --schedule 'cron(56 7 * * ? *)' " +
					"--scalable-target-action MinCapacity=9000,MaxCapacity=9000 --region us-east-1",
				put + resource + " --scheduled-action-name from-18 --schedule 'cron(0 18 * * ? *)' " +
					"--scalable-target-action MinCapacity=20,MaxCapacity=20 --region us-east-1",
			}},
		{"an increase at midnight begins the day before", "",
			[]calc.Segment{{From: 0, To: 12, Provisioned: 50}, {From: 12, To: 24, Provisioned: 5}},
			[]string{
				register + resource + " --min-capacity 5 --max-capacity 50",
				put + resource + " --scheduled-action-name from-00 --schedule 'cron(57 23 * * ? *)' " +
					"--scalable-target-action MinCapacity=50,MaxCapacity=50",
				put + resource + " --scheduled-action-name from-12 --schedule 'cron(0 12 * * ? *)' " +
					"--scalable-target-action MinCapacity=5,MaxCapacity=5",
			}},
		{"a level that lasts over midnight is set once", "",
			[]calc.Segment{
				{From: 0, To: 8, Provisioned: 20}, {From: 8, To: 18, Provisioned: 150}, {From: 18, To: 24, Provisioned: 20},
			},
			[]string{
				register + resource + " --min-capacity 20 --max-capacity 150",
				put + resource + " --scheduled-action-name from-08 --schedule 'cron(57 7 * * ? *)' " +
					"--scalable-target-action MinCapacity=150,MaxCapacity=150",
				put + resource + " --scheduled-action-name from-18 --schedule 'cron(0 18 * * ? *)' " +
					"--scalable-target-action MinCapacity=20,MaxCapacity=20",
			}},
		{"one level needs no schedule", "", []calc.Segment{{From: 0, To: 24, Provisioned: 20}}, nil},
	} {
		got := commands(c.region, "api", c.segments)
		equal(t, c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
	}
}

// TestTimeZone checks that the actions of a schedule name the time zone of its hours unless it is UTC.
func TestTimeZone(t *testing.T) {
	levels := []calc.Segment{{From: 0, To: 12, Provisioned: 1}, {From: 12, To: 24, Provisioned: 2}}
	schedule := calc.Schedule{Segments: levels}
	plans := []calc.FunctionPlan{{Name: "f", Optimize: calc.Some(calc.Optimization{Schedule: calc.Some(schedule)})}}
	a := account(calc.Function{Name: "f"})
	a.Region, a.TimeZone = "eu-central-1", "Europe/Berlin"
	advice.CompleteSchedules(a, plans)
	lines := plans[0].Optimize.Or(calc.Optimization{}).Schedule.Or(calc.Schedule{}).Commands
	equal(t, "lines", len(lines), 3)
	for i, line := range lines {
		equal(t, line, strings.HasSuffix(line, " --timezone Europe/Berlin --region eu-central-1"), i > 0)
	}
}

// TestScheduleOfPlan checks that the schedules of a plan get one command for each level, and one for the target.
func TestScheduleOfPlan(t *testing.T) {
	day := make([]float64, 24)
	for hour := range day {
		day[hour] = float64(10 + 50*(hour/6))
	}
	a := account(calc.Function{Name: "api", RPS: rps(160), Day: series.Day(day), DurationMS: ms(200),
		MemoryMB: units(1024), Provisioned: 20})
	a.Region = "us-east-1"
	for levels := 1; levels <= 4; levels++ {
		r := cheapest(t, a, calc.Sizing{Segments: levels})
		advice.CompleteSchedules(r.Planned, r.Functions)
		schedule := r.Functions[0].Optimize.Or(calc.Optimization{}).Schedule.Or(calc.Schedule{})
		equal(t, "levels", len(schedule.Segments), levels)
		want := levels + 1
		if levels == 1 {
			want = 0
		}
		equal(t, "lines", len(schedule.Commands), want)
		for _, line := range schedule.Commands {
			if !strings.HasSuffix(line, " --region us-east-1") {
				t.Errorf("no Region: %s", line)
			}
		}
	}
}

// TestUnnamed checks that commands for an unnamed function contain a placeholder, and that a function that is really
// called "function" keeps its name.
func TestUnnamed(t *testing.T) {
	day := make([]float64, 24)
	for hour := range day {
		day[hour] = float64(10 + 50*(hour/12))
	}
	f := calc.Function{Name: "function", RPS: rps(800), DurationMS: ms(150), Provisioned: 60, Reserved: units(100)}
	scheduled := calc.Function{Name: "function", RPS: rps(60), Day: series.Day(day), DurationMS: ms(200),
		MemoryMB: units(1024), Provisioned: 20}
	for _, unnamed := range []bool{true, false} {
		want := "function"
		if unnamed {
			want = "FUNCTION"
		}
		f.Unnamed, scheduled.Unnamed = unnamed, unnamed
		list := actions(t, account(f), 0.1)
		equal(t, "actions", len(list), 2)
		for _, action := range list {
			if !strings.Contains(action.Command, " --function-name "+want+" ") {
				t.Errorf("unnamed %v: %s", unnamed, action.Command)
			}
			equal(t, "the function of the action", action.Function, calc.Some("function"))
		}
		a := account(scheduled)
		a.Region = "us-east-1"
		r := cheapest(t, a, calc.Sizing{})
		advice.CompleteSchedules(r.Planned, r.Functions)
		lines := r.Functions[0].Optimize.Or(calc.Optimization{}).Schedule.Or(calc.Schedule{}).Commands
		if len(lines) == 0 || !strings.Contains(lines[0], " --resource-id function:"+want+":ALIAS ") {
			t.Errorf("unnamed %v: %q", unnamed, lines)
		}
	}
}

// TestQualifier checks that commands name the version or alias that is known.
func TestQualifier(t *testing.T) {
	for qualifier, want := range map[string]string{"live": " --qualifier live ", "": " --qualifier ALIAS "} {
		f := calc.Function{Name: "f", RPS: rps(100), DurationMS: ms(100), Provisioned: 2, Qualifier: qualifier}
		if got := actions(t, account(f), 0.1)[0].Command; !strings.Contains(got, want) {
			t.Errorf("%q: %s", qualifier, got)
		}
	}
}
