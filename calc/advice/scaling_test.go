package advice_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// TestScalingCommands checks the commands for target tracking with scheduled minima: each rise is requested early
// enough for its delay, and nothing else is.
func TestScalingCommands(t *testing.T) {
	levels, err := scaling.ParseLevels("0=2,6=13,9:30=13,17:30=20,22=2")
	if err != nil {
		t.Fatal(err)
	}
	s := advice.Scaling{Region: "eu-west-1", Zone: "Europe/Berlin", Levels: levels, Delays: scaling.DefaultDelays(),
		Tracking: scaling.Tracking{Target: 0.7, Min: 2, Max: 60}}
	const resource = " --service-namespace lambda --resource-id function:checkout:ALIAS " +
		"--scalable-dimension lambda:function:ProvisionedConcurrency"
	scheduled := func(name, cron, action string) string {
		return "aws application-autoscaling put-scheduled-action" + resource + " --scheduled-action-name " + name +
			" --schedule 'cron(" + cron + " * * ? *)' --scalable-target-action " + action +
			" --timezone Europe/Berlin --region eu-west-1"
	}
	want := []string{
		"aws application-autoscaling register-scalable-target" + resource +
			" --min-capacity 2 --max-capacity 60 --region eu-west-1",
		"aws application-autoscaling put-scaling-policy" + resource + " --policy-name tracking-70 " +
			"--policy-type TargetTrackingScaling --target-tracking-scaling-policy-configuration " +
			`'{"TargetValue":0.7,"PredefinedMetricSpecification":` +
			`{"PredefinedMetricType":"LambdaProvisionedConcurrencyUtilization"}}' --region eu-west-1`,
		scheduled("from-06", "57 5", "MinCapacity=13,MaxCapacity=60"),
		scheduled("from-1730", "27 17", "MinCapacity=20,MaxCapacity=60"),
		scheduled("from-22", "0 22", "MinCapacity=2,MaxCapacity=60"),
	}
	got := s.Commands("checkout", false)
	if len(got) != len(want) {
		t.Fatalf("got\n%s", strings.Join(got, "\n"))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got\n%s\nwant\n%s", got[i], want[i])
		}
	}
	s.Delays.Give(600)
	if got := s.Commands("checkout", false)[2]; !strings.Contains(got, "cron(50 5 ") {
		t.Errorf("with a delay of 10 minutes: %s", got)
	}
	s.Levels = []scaling.Level{{FromS: 60, Units: 9}, {FromS: 7200, Units: 2}}
	if got := s.Commands("checkout", false)[2]; !strings.Contains(got, "cron(51 23 ") {
		t.Errorf("a rise at 00:01: %s", got)
	}
}

// TestScalingWays checks a schedule alone, and what else a policy may have.
func TestScalingWays(t *testing.T) {
	s := advice.Scaling{Levels: []scaling.Level{{Units: 2}, {FromS: 9 * 3600, Units: 36}}, Delays: scaling.DefaultDelays()}
	got := s.Commands("x", true)
	if len(got) != 3 || !strings.Contains(got[0], "function:FUNCTION:ALIAS") ||
		!strings.HasSuffix(got[0], "--min-capacity 2 --max-capacity 36") ||
		!strings.HasSuffix(got[2], "'cron(57 8 * * ? *)' --scalable-target-action MinCapacity=36,MaxCapacity=36") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	s = advice.Scaling{Tracking: scaling.Tracking{Target: 0.725, Min: 1, Max: 2, Statistic: scaling.Maximum,
		OutCooldownS: 30,
		InCooldownS:  300.5, NoScaleIn: true}}
	got = s.Commands("checkout", false)
	if len(got) != 2 || !strings.Contains(got[1], "--policy-name tracking-72.5 ") {
		t.Fatalf("got\n%s", strings.Join(got, "\n"))
	}
	_, text, _ := strings.Cut(got[1], "'")
	var config struct {
		TargetValue                   float64
		ScaleOutCooldown              int
		ScaleInCooldown               int
		DisableScaleIn                bool
		CustomizedMetricSpecification struct{ MetricName, Statistic string }
		PredefinedMetricSpecification *struct{}
	}
	if err := json.Unmarshal([]byte(strings.TrimSuffix(text, "'")), &config); err != nil {
		t.Fatal(text, err)
	}
	if config.TargetValue != 0.725 || config.ScaleOutCooldown != 30 || config.ScaleInCooldown != 301 ||
		!config.DisableScaleIn ||
		config.CustomizedMetricSpecification.Statistic != "Maximum" || config.PredefinedMetricSpecification != nil {
		t.Errorf("%+v", config)
	}
}
