package serverless

import (
	"cmp"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// read reads a service from memory.
func read(text string, o record.Options) (record.File, error) {
	const name = "s.yml"
	d, err := tree.Parse(name, []byte(text), "")
	if err != nil {
		return record.File{}, err
	}
	r := record.NewRecorder(name, Format{}.Name(), o)
	err = Format{}.Read(d, r)
	return r.File, cmp.Or(d.Stopped(), err)
}

// claims reports whether a text is detected as a service.
func claims(t *testing.T, text string) bool {
	t.Helper()
	d, err := tree.Parse("s.yml", []byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	return Format{}.Claims(d.Top, record.Options{})
}

// TestServerlessPlaces checks that a value reached through a variable has the place of the variable, because
// that is where it can be changed or accepted.
func TestServerlessPlaces(t *testing.T) {
	c, err := read(`service: s
provider:
  name: aws
  memorySize: 256
custom:
  scaling:
    enabled: true
    usage: 0.5
functions:
  f:
    name: own
    provisionedConcurrency:
      alias: live
      executions: 2
    concurrencyAutoscaling: ${self:custom.scaling}
  g:
    provisionedConcurrency: 1
    concurrencyAutoscaling:
      enabled: true
      usage: 0.6
`, record.Options{})
	if err != nil || len(c.Functions) != 2 {
		t.Fatal(err, len(c.Functions))
	}
	f, g := c.Functions[0], c.Functions[1]
	for _, got := range []struct {
		place check.Place
		line  int
	}{
		{f.Deployment.Place, 10}, {g.Deployment.Place, 16}, {f.Places.Of(record.KeyMemory), 4},
		{f.Deployment.Allocations[0].Place, 14}, {f.Deployment.Aliases[0].Place, 14},
		{f.Places.Of(record.KeyProvisioned), 14},
		{f.Deployment.Targets[0].Place, 15}, {f.Deployment.Targets[0].Tracking[0].Place, 15},
		{g.Deployment.Targets[0].Place, 18}, {g.Deployment.Targets[0].Tracking[0].Place, 20},
	} {
		if want := (check.Place{File: "s.yml", Line: got.line}); got.place != want {
			t.Errorf("%s, want %s", got.place, want)
		}
	}
}

func TestServerlessRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"service: s\nprovider: google", `2: the provider is "google"; expected aws`},
		{"service: s\nprovider:\n  name: ${self:custom.p}\ncustom: {p: azure}", `3: the provider is "azure"; expected aws`},
		{"service: s\nfunctions: 5", `2: functions is "5"; expected functions by their names`},
		{"service: s\nfunctions: [5]", `2: functions is "5"; expected functions by their names`},
		{"service: s\nfunctions:\n  f: [1]", `3: the function "f" is "[...]"; expected its settings`},
		{"service: s\nfunctions:\n- f: {}\n- f: {}", `4: duplicate function "f", first at s.yml:3`},
	} {
		if _, err := read(c.text, record.Options{}); err == nil || err.Error() != "s.yml:"+c.want {
			t.Errorf("%s:\n%v\nwant\n%s", c.text, err, c.want)
		}
	}
}

// TestServerlessResources checks that the CloudFormation in a service can refer to functions by the
// framework's logical ids, and can contain variables.
func TestServerlessResources(t *testing.T) {
	a, err := read(`
service: shop
provider: {name: aws}
custom: {most: 5}
functions:
  check-out_a: {handler: a.b, reservedConcurrency: 10}
  "": {handler: a.b}
resources:
  - Conditions: {Never: !Equals [1, 2]}
    Resources:
      Queue:
        Type: AWS::Lambda::EventSourceMapping
        Properties:
          FunctionName: !GetAtt CheckDashoutUnderscoreaLambdaFunction.Arn
          ScalingConfig: {MaximumConcurrency: "${self:custom.most}"}
      Other: {Type: AWS::Lambda::Function, Condition: Never}
`, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Unknown) > 0 || len(a.Functions) != 2 || a.Functions[0].Name != "check-out_a" ||
		len(a.Functions[0].Deployment.Pollers) != 1 || a.Functions[0].Deployment.Pollers[0].MaximumConcurrency.Or(0) != 5 {
		t.Errorf("%+v %+v", a.Functions, a.Unknown)
	}
}

// FuzzServerless checks that no service crashes the reader, and that reading is deterministic.
func FuzzServerless(f *testing.F) {
	for _, c := range serverlessCases {
		f.Add(c.text, "prod")
		f.Add("service: s\nfunctions:\n  f:"+c.text, "")
	}
	const nested = "functions: {f: {reservedConcurrency: \"${self:custom.pc.${self:provider.stage}, 0}\"}}"
	f.Add(serverlessCustom+nested, "prod")
	f.Add(serverlessCustom+"functions: ${self:custom}", "${opt:stage}")
	const sources = "${param:x, ${opt:y, file(a, 'b'), 'c,}', null}}-${self:functions.f}"
	f.Add("service: s\nfunctions: {f: {reservedConcurrency: \""+sources+"\"}}", "a")
	f.Fuzz(func(t *testing.T, text, stage string) {
		start := time.Now()
		recordtest.Same(t, text, func() (record.File, error) {
			return read(text, record.Options{Params: map[string]string{"stage": stage}})
		})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q took %v", text, took)
		}
	})
}
