package files

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc"
)

// asked is what helps where the framework has to be asked.
const asked = ", " + printed

// serverlessCases are services by hand, and what they say. A text that begins
// with a space is the function f, in line 3.
var serverlessCases = []struct {
	name, text, want string
	params           map[string]string
}{
	{"no settings", "service: shop\nprovider: aws\nfunctions:\n  f:\n", "f: unreserved; also shop-dev-f", nil},
	{"settings", " {reservedConcurrency: 5, provisionedConcurrency: 3, memorySize: 512, architecture: arm64, ephemeralStorageSize: 1024, snapStart: true}",
		`f: snapstart; also s-dev-f; reserved 5; memory 512; arm64; ephemeral 1024; "provisioned"=3; alias provisioned of "new version f"`, nil},
	{"off", " {reservedConcurrency: 0}", "f: also s-dev-f; reserved 0", nil},
	{"null", " {reservedConcurrency: null, provisionedConcurrency: null, snapStart: false}", "f: unreserved; unprovisioned; also s-dev-f", nil},
	{"zero", " {provisionedConcurrency: 0}", "f: unreserved; unprovisioned; also s-dev-f", nil},
	{"no numbers", " {reservedConcurrency: many, provisionedConcurrency: [1]}",
		`f: also s-dev-f; alias provisioned of "new version f"; refused reserved "many" line 3; refused provisioned "[...]" line 3`, nil},
	{"negative", " {reservedConcurrency: -1, provisionedConcurrency: -2}",
		`f: also s-dev-f; "provisioned"=-2; alias provisioned of "new version f"; refused reserved "-1" line 3`, nil},
	{"text", " {reservedConcurrency: '5'}", "f: also s-dev-f; reserved 5", nil},
	{"version 4", " {provisionedConcurrency: {executions: 4, alias: live}}", `f: unreserved; also s-dev-f; "live"=4; alias live of "new version f"`, nil},
	{"version 4 without an alias", " {provisionedConcurrency: {executions: '${opt:pc}'}}",
		`f: unreserved; also s-dev-f; possibly "provisioned"=?; alias provisioned of "new version f"` +
			"\nunknown f.executions line 3: opt:pc is not given, give --param pc=VALUE", nil},
	{"CloudFormation", " {reservedConcurrency: !Ref Units, provisionedConcurrency: {Ref: Units}}",
		`f: also s-dev-f; possibly "provisioned"=?; alias provisioned of "new version f"` +
			"\nunknown f.reservedConcurrency line 3: CloudFormation decides it, run serverless package, and check the template in .serverless" +
			"\nunknown f.provisionedConcurrency line 3: CloudFormation decides it, run serverless package, and check the template in .serverless", nil},
	{"name", " {name: 'mine-${sls:stage}'}", "mine-prod: unreserved", map[string]string{"stage": "prod"}},
	{"name that is not known", " {name: 'mine-${env:X}'}", "f: unreserved\nunknown f.name line 3: env:X is not read" + asked, nil},
	{"stage", " {}", "f: unreserved; also s-prod-f", map[string]string{"stage": "prod"}},
	{"stage of the provider", "service: {name: s}\nprovider: {name: aws, stage: test}\nfunctions: {f: {}}", "f: unreserved; also s-test-f", nil},
	{"stage that is not known", "service: s\nprovider: {name: aws, stage: '${env:STAGE}'}\nfunctions: {f: {}}", "f: unreserved", nil},
	{"name by CloudFormation", " {name: !Sub a}", "f: unreserved\nunknown f.name line 3: CloudFormation decides it, run serverless package, and check the template in .serverless", nil},
	{"provider", "service: s\nprovider:\n  name: aws\n  memorySize: 2048\n  architecture: arm64\nfunctions:\n  f: {}\n  g: {memorySize: 512}\n  h: {memorySize: '${ssm:x}'}",
		"f: unreserved; also s-dev-f; memory 2048; arm64\ng: unreserved; also s-dev-g; memory 512; arm64\nh: unreserved; also s-dev-h; arm64", nil},
	{"no provider", "service: s\nfunctions: {f: {}}", "f: unreserved; also s-dev-f", nil},
	{"provider elsewhere", "service: s\nprovider: ${file(p.yml)}\nfunctions: {f: {}}", "f: unreserved", nil},
	{"list", "service: s\nprovider: aws\nfunctions:\n- {f: {}}\n- ${file(g.yml)}\n- {h: {}}",
		"f: unreserved; also s-dev-f\nh: unreserved; also s-dev-h\nunknown .functions line 5: file(g.yml) cannot be read" + asked, nil},
	{"functions elsewhere", "service: s\nprovider: aws\nfunctions: ${file(f.yml):functions}", "unknown .functions line 3: file(f.yml):functions cannot be read" + asked, nil},
	{"no functions", "service: s\nprovider: aws", "", nil},
	{"function elsewhere", " ${file(f.yml)}", "f: \nunknown f.functions.f line 3: file(f.yml) cannot be read" + asked, nil},
	{"JSON", `{"service": "s", "provider": {"name": "aws"}, "custom": {"list": [1, 2]}, "functions": {"f": {"reservedConcurrency": "${self:custom.list.1}"}}}`,
		"f: also s-dev-f; reserved 2", nil},
	{"anchors", "service: s\nprovider: aws\ncustom: {all: &all {reservedConcurrency: 7}}\nfunctions:\n  f:\n    <<: *all\n  g: *all", "f: also s-dev-f; reserved 7\ng: also s-dev-g; reserved 7", nil},
	{"queues", " {events: [{http: any}, schedule, {sqs: 'arn:aws:sqs:r:1:q'}, {sqs: {arn: x, maximumConcurrency: 9}}, {sqs: {maximumConcurrency: '${env:M, 4}'}}]}",
		"f: unreserved; also s-dev-f; poller 9; poller 4", nil},
	{"queues elsewhere", "service: s\nprovider: aws\ncustom: {q: {sqs: {maximumConcurrency: 3}}}\nfunctions: {f: {events: ['${self:custom.q}', '${file(e.yml)}', {sqs: '${file(q.yml)}'}]}, g: {events: '${file(e.yml)}'}}",
		"f: unreserved; also s-dev-f; poller 3\ng: unreserved; also s-dev-g\nunknown f.events line 4: file(e.yml) cannot be read" + asked +
			"\nunknown f.sqs line 4: file(q.yml) cannot be read" + asked + "\nunknown g.events line 4: file(e.yml) cannot be read" + asked, nil},

	{"scaling", " {provisionedConcurrency: 1, concurrencyAutoscaling: true}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"; target "provisioned" 1 to 10; at 0.75`, nil},
	{"scaling in full", ` {provisionedConcurrency: 2, concurrencyAutoscaling: {enabled: true, alias: live, minimum: 0, maximum: 5, usage: 0.6, scheduledActions: [
    {name: a, action: {minimum: 3, maximum: 9}}, {name: b, action: {maximum: '${self:custom.n}'}}, '${env:X}']}}`,
		`f: unreserved; also s-dev-f; "provisioned"=2; alias provisioned of "new version f"; target "live" 0 to 5; at 0.6; scheduled "live" 3 to 9; scheduled "live" ? to ?` +
			"\nunknown f.maximum line 4: self:custom.n is not set" + asked + "\nunknown f.scheduledActions line 4: env:X is not read" + asked, nil},
	{"scaling that does not say it is enabled", " {provisionedConcurrency: 1, concurrencyAutoscaling: {minimum: 3}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"`, nil},
	{"scaling by a variable", " {provisionedConcurrency: 1, concurrencyAutoscaling: {enabled: '${opt:scale, false}', usage: high}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"; target "provisioned" 1 to 10` +
			"\nunknown f.usage line 3: \"high\" is no number, give a number", map[string]string{"scale": "true"}},
	{"scaling of nothing", " {concurrencyAutoscaling: true}", "f: unreserved; also s-dev-f", nil},
	{"scaling of what is not known", " {provisionedConcurrency: '${ssm:n}', concurrencyAutoscaling: {enabled: true, minimum: {Ref: N}, maximum: '${env:N}', usage: '${env:U}'}}",
		`f: unreserved; also s-dev-f; possibly "provisioned"=?; alias provisioned of "new version f"; target "provisioned" ? to ?` +
			"\nunknown f.provisionedConcurrency line 3: ssm:n cannot be read" + asked +
			"\nunknown f.minimum line 3: CloudFormation decides it, run serverless package, and check the template in .serverless" +
			"\nunknown f.maximum line 3: env:N is not read" + asked + "\nunknown f.usage line 3: env:U is not read" + asked, nil},
	{"scaling that is not known", " {provisionedConcurrency: 1, concurrencyAutoscaling: '${ssm:x}'}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"` + "\nunknown f.concurrencyAutoscaling line 3: ssm:x cannot be read" + asked, nil},
	{"scaling without the plugin", "service: s\nprovider: aws\nplugins: [serverless-offline]\nfunctions: {f: {provisionedConcurrency: 1, concurrencyAutoscaling: true}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"`, nil},
	{"scaling with the plugin", "service: s\nprovider: aws\nplugins: {modules: [./node_modules/serverless-provisioned-concurrency-autoscaling]}\nfunctions: {f: {provisionedConcurrency: 1, concurrencyAutoscaling: true}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"; target "provisioned" 1 to 10; at 0.75`, nil},
	{"empty", " {reservedConcurrency: '', provisionedConcurrency: '${opt:pc, \"\"}'}", "f: unreserved; unprovisioned; also s-dev-f", nil},
	{"false", " {reservedConcurrency: false, provisionedConcurrency: false}", "f: unprovisioned; also s-dev-f; reserved 0", nil},
	{"a name twice", "service: s\nfunctions:\n  f: {name: a}\n  g: {name: a}",
		"a: unreserved\nfunctions.g: unreserved\nunknown functions.g.name line 4: the function at s.yml:3 has this name, give each function its own name", nil},
	{"a name that is a key before it", "service: s\nprovider: aws\nfunctions:\n  a:\n  f: {name: a}", "s-dev-a: unreserved; also s-dev-a\na: unreserved", nil},
	{"a name that is a key after it", "service: s\nprovider: aws\nfunctions:\n  f: {name: a}\n  a:", "a: unreserved\ns-dev-a: unreserved; also s-dev-a", nil},
	{"a name that is a key, without a stage", "service: s\nprovider: {name: aws, stage: '${env:S}'}\nfunctions:\n  a:\n  f: {name: a}", "functions.a: unreserved\na: unreserved", nil},

	{"reservation by CloudFormation", " {reservedConcurrency: 5}\n  my-fn_x: {reservedConcurrency: 6}\n" +
		"resources:\n  Resources: {FLambdaFunction: {Properties: {ReservedConcurrentExecutions: 7}}}\n" +
		"  extensions: {MyDashfnUnderscorexLambdaFunction: {Properties: {ReservedConcurrentExecutions: 8, MemorySize: 512}}}",
		"f: also s-dev-f; reserved 7\nmy-fn_x: also s-dev-my-fn_x; reserved 8; memory 512", nil},
	{"provisioned by CloudFormation", " {provisionedConcurrency: 5}\n" +
		"resources:\n  extensions: {FProvConcLambdaAlias: {Properties: {ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 9}}}}",
		`f: unreserved; also s-dev-f; "provisioned"=9; alias provisioned of "new version f"`, nil},
	{"unreserved by CloudFormation", " {reservedConcurrency: 5}\n" +
		"resources:\n  extensions: {FLambdaFunction: {Properties: {ReservedConcurrentExecutions: {Ref: 'AWS::NoValue'}}}}", "f: unreserved; also s-dev-f", nil},
	{"unknown by CloudFormation", " {reservedConcurrency: 5}\n" +
		"resources:\n  Resources: {FLambdaFunction: {Properties: {ReservedConcurrentExecutions: {Ref: Units}}}}",
		"f: also s-dev-f\nunknown f.ReservedConcurrentExecutions line 5: the template has no parameter or resource Units, correct the name", nil},
}

func TestServerlessCases(t *testing.T) {
	for _, c := range serverlessCases {
		if strings.HasPrefix(c.text, " ") {
			c.text = "service: s\nfunctions:\n  f:" + c.text
		}
		contents, err := parsedFile("s.yml", []byte(c.text), Options{Params: c.params})
		if got := summary(contents); err != nil || got != c.want || contents.Format != "serverless" {
			t.Errorf("%s: %v, %s\n%s\nwant\n%s", c.name, err, contents.Format, got, c.want)
		}
	}
}

// serverlessCustom is what the variables of the tests refer to.
const serverlessCustom = `service: s
provider: {name: aws, stage: "${opt:stage, 'test'}"}
custom:
  units: 7
  words: "8"
  pc: {dev: 1, test: 2, prod: 3}
  list: [4, {deep: 5}]
  link: ${self:custom.pc}
  me: ${self:custom.me, 1}
  ping: ${self:custom.pong}
  pong: ${self:custom.ping}
  inside: {a: "${self:custom.inside.b}", b: 6}
  none: null
  elsewhere: ${file(x.yml)}
  open: ${opt:open}
params:
  default: {shared: 20, mine: 21}
  prod: {mine: 22}
stages:
  default: {params: {newer: 30, shared: 31}}
  prod: {params: {newer: 32}}
`

func TestServerlessVariables(t *testing.T) {
	prod := map[string]string{"stage": "prod"}
	for _, c := range []struct {
		variable string
		params   map[string]string
		want     string
	}{
		{"${self:custom.units}", nil, "7"},
		{"${self:custom.words}", nil, "8"},
		{"${ self:custom.units }", nil, "7"},
		{"${self:custom.list.0}", nil, "4"},
		{"${self:custom.list.1.deep}", nil, "5"},
		{"${self:custom.link.prod}", nil, "3"},
		{"${self:custom.inside.a}", nil, "6"},
		{"${self:custom.pc.${self:provider.stage}, 0}", nil, "2"},
		{"${self:custom.pc.${self:provider.stage}, 0}", prod, "3"},
		{"${self:custom.pc.${sls:stage}, 0}", map[string]string{"stage": "other"}, "0"},
		{"${self:custom.${opt:what, 'units'}}", nil, "7"},
		{"${self:custom.absent, 9}", nil, "9"},
		{"${self:custom.absent, opt:absent, '9'}", nil, "9"},
		{`${self:custom.absent, "9"}`, nil, "9"},
		{"${opt:units, self:custom.units}", nil, "7"},
		{"${opt:units, ${self:custom.units}}", nil, "7"},
		{"${opt:units, ${opt:more}, 9}", nil, "9"},
		{"${opt:units, ${opt:more, self:custom.absent, ${self:custom.list.0}}}", nil, "4"},
		{"${opt:units, 5}", map[string]string{"units": "6"}, "6"},
		{"${opt:units, null}", nil, "unreserved"},
		{"${opt:units, 'x, }'}", nil, `refused "x, }"`},
		{"${opt:units, true}", nil, `refused "true"`},
		{"${opt:a, '1'}${opt:b, 2}", nil, "12"},
		{"1${self:custom.words}0", nil, "180"},
		{"${self:service}", nil, `refused "s"`},
		{"${sls:stage}", nil, `refused "test"`},
		{"${aws:region}", nil, `refused "us-east-1"`},
		{"${aws:region}", map[string]string{"region": "eu-west-1"}, `refused "eu-west-1"`},
		{"${env:UNITS, 5}", nil, "5"},
		{"${param:mine}", nil, "21"},
		{"${param:mine}", prod, "22"},
		{"${param:shared}", nil, "31"},
		{"${param:newer}", prod, "32"},
		{"${param:newer}", map[string]string{"newer": "1"}, "1"},
		{"${param:absent, 5}", nil, "5"},
		{"$5", nil, `refused "$5"`},
		{"${param:absent}", nil, "param:absent is not given, give --param absent=VALUE"},
		{"${opt:units}", nil, "opt:units is not given, give --param units=VALUE"},
		{"${self:custom.absent, opt:units}", nil, "opt:units is not given, give --param units=VALUE"},
		{"${self:custom.pc.${opt:which}, 0}", nil, "opt:which is not given, give --param which=VALUE"},
		{"${self:custom.open, 0}", nil, "opt:open is not given, give --param open=VALUE"},
		{"${self:custom.none}", nil, "self:custom.none is not set" + asked},
		{"${self:custom.elsewhere.units, 0}", nil, "file(x.yml) cannot be read" + asked},
		{"${self:custom.me, 0}", nil, "it refers to itself, correct it"},
		{"${self:custom.ping}", nil, "it refers to itself, correct it"},
		{"${self:}", nil, "CloudFormation decides it, run serverless package, and check the template in .serverless"},
		{"1${self:custom.pc}", nil, "a part of it is no text" + asked},
		{"${env:UNITS}", nil, "env:UNITS is not read" + asked},
		{"${sls:instanceId}", nil, "sls:instanceId cannot be read" + asked},
		{"${file(./a, b.yml):units, 5}", nil, "file(./a, b.yml):units cannot be read" + asked},
		{"${ssm:/a/${sls:stage}, 5}", nil, "ssm:/a/test cannot be read" + asked},
		{"${cf:stack.units, 5}", nil, "cf:stack.units cannot be read" + asked},
		{"${s3:bucket/key}", nil, "s3:bucket/key cannot be read" + asked},
		{"${AWS::Region}", nil, "AWS::Region cannot be read" + asked},
		{"${opt:units, five}", nil, `"five" is neither a variable nor a value in quotes, correct it`},
		{"${opt:units, }", nil, `"" is neither a variable nor a value in quotes, correct it`},
		{"${opt:units", nil, "a variable has no closing brace, correct it"},
		{strings.Repeat("${opt:a, ", 40) + "1" + strings.Repeat("}", 40), nil, "it is nested too deeply" + asked},
		{"${opt:a}" + strings.Repeat(" ", 5000), nil, "it is too long, give a shorter one"},
	} {
		text := serverlessCustom + "functions:\n  f:\n    reservedConcurrency: " + fmt.Sprintf("%q", c.variable) + "\n"
		contents, err := parsedFile("s.yml", []byte(text), Options{Params: c.params})
		if err != nil || len(contents.Functions) != 1 {
			t.Errorf("%s: %v", c.variable, err)
			continue
		}
		f, got := contents.Functions[0], "unreserved"
		if units, ok := f.Reserved.Get(); ok {
			got = fmt.Sprint(units)
		}
		at := f.Origins.Of(calc.FieldReserved)
		for _, refused := range f.Deployment.Refused {
			got, at = fmt.Sprintf("refused %q", refused.Text), refused.Place
		}
		for _, u := range contents.Unknown {
			got, at = u.Why+", "+u.Remedy, u.Place
		}
		if got != c.want || f.Unreserved != (c.want == "unreserved") {
			t.Errorf("%s = %s, want %s", c.variable, got, c.want)
		}
		if want := 1 + strings.Count(text[:strings.Index(text, "reservedC")], "\n"); c.want != "unreserved" && at.Line != want {
			t.Errorf("%s is at %s, want line %d", c.variable, at, want)
		}
	}
}

// TestServerlessRegion: what decides the Region is the option, then the file,
// then what else is known.
func TestServerlessRegion(t *testing.T) {
	for _, c := range []struct {
		provider, option, known, want string
	}{
		{"{name: aws, region: eu-west-1}", "eu-west-2", "eu-west-3", "eu-west-2"},
		{"{name: aws, region: '${opt:r, self:custom.r, \"eu-west-1\"}'}", "", "eu-west-3", "eu-west-1"},
		{"{name: aws, region: [a]}", "", "eu-west-3", ""},
		{"aws", "", "eu-west-3", "eu-west-3"},
		{"aws", "", "", "us-east-1"},
		{"{name: aws, region: '${env:R}'}", "", "eu-west-3", ""},
		{"{name: aws, region: {Ref: R}}", "", "eu-west-3", ""},
	} {
		o := Options{Region: c.known, Params: map[string]string{}}
		if c.option != "" {
			o.Params["region"] = c.option
		}
		contents, err := parsedFile("s.yml", []byte("service: s\nprovider: "+c.provider+"\nfunctions: {f: {name: 'in-${aws:region}'}}"), o)
		if err != nil {
			t.Fatal(err)
		}
		want := "in-" + c.want
		if c.want == "" {
			want = "f"
		}
		if got := contents.Functions[0].Name; got != want || (want == "f") != (len(contents.Unknown) == 1) {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestServerlessPlaces: what a variable leads to is where the function has the
// variable, for it is there that it can be changed or accepted.
func TestServerlessPlaces(t *testing.T) {
	c, err := parsedFile("s.yml", []byte(`service: s
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
`), Options{})
	if err != nil || len(c.Functions) != 2 {
		t.Fatal(err, len(c.Functions))
	}
	f, g := c.Functions[0], c.Functions[1]
	for _, got := range []struct {
		place calc.Place
		line  int
	}{
		{f.Deployment.Place, 10}, {g.Deployment.Place, 16}, {f.Origins.Of(calc.FieldMemory), 4},
		{f.Deployment.Allocations[0].Place, 14}, {f.Deployment.Aliases[0].Place, 14}, {f.Origins.Of(calc.FieldProvisioned), 14},
		{f.Deployment.Targets[0].Place, 15}, {f.Deployment.Targets[0].Tracking[0].Place, 15},
		{g.Deployment.Targets[0].Place, 18}, {g.Deployment.Targets[0].Tracking[0].Place, 20},
	} {
		if want := (calc.Place{File: "s.yml", Line: got.line}); got.place != want {
			t.Errorf("%s, want %s", got.place, want)
		}
	}
}

// TestServerlessParams: the parameters of a file are those that decide a value,
// be they given or not.
func TestServerlessParams(t *testing.T) {
	c, err := parsedFile("s.yml", []byte(serverlessCustom+`functions:
  f:
    reservedConcurrency: "${opt:one, param:two, ${param: three, 'x'}}"
    provisionedConcurrency: ${self:custom.open}
    description: ${opt:four}
  g:
    reservedConcurrency: ${opt:one}-${opt:${self:service}}-${option:five}
`), Options{Params: map[string]string{"one": "1"}})
	if got, want := fmt.Sprint(c.Params), "[stage region one two three open]"; err != nil || got != want {
		t.Errorf("%v: %s, want %s", err, got, want)
	}
}

func TestServerlessRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"service: s\nprovider: google":                                        `s.yml:2: the provider is "google"; legal: aws`,
		"service: s\nprovider:\n  name: ${self:custom.p}\ncustom: {p: azure}": `s.yml:3: the provider is "azure"; legal: aws`,
		"service: s\nfunctions: 5":                                            `s.yml:2: functions is "5"; legal: functions by their names`,
		"service: s\nfunctions: [5]":                                          `s.yml:2: functions is "5"; legal: functions by their names`,
		"service: s\nfunctions:\n  f: [1]":                                    `s.yml:3: the function "f" is "[...]"; legal: its settings`,
		"service: s\nfunctions:\n- f: {}\n- f: {}":                            `s.yml:4: the function "f" is at s.yml:3 already; legal: each name once`,
	} {
		if _, err := parsedFile("s.yml", []byte(text), Options{}); err == nil || err.Error() != want {
			t.Errorf("%s:\n%v\nwant\n%s", text, err, want)
		}
	}
}

// TestServerlessWork: what refers to much, again and again, is read in the time
// of its size.
func TestServerlessWork(t *testing.T) {
	var doubling, chain, wide, long strings.Builder
	doubling.WriteString("service: s\ncustom:\n  a0: xx\n")
	chain.WriteString("service: s\ncustom:\n  a0: 1\n")
	for i := 1; i <= 40; i++ {
		fmt.Fprintf(&doubling, "  a%d: ${self:custom.a%[2]d}${self:custom.a%[2]d}\n", i, i-1)
		fmt.Fprintf(&chain, "  a%d: ${self:custom.a%d}\n", i, i-1)
	}
	doubling.WriteString("functions: {f: {reservedConcurrency: '${self:custom.a20}'}}\n")
	chain.WriteString("functions: {f: {reservedConcurrency: '${self:custom.a40}'}}\n")
	wide.WriteString("service: s\ncustom:\n  events:\n" + strings.Repeat("  - {sqs: {maximumConcurrency: 2}}\n", 10_000) + "functions:\n")
	for i := range 5_000 {
		fmt.Fprintf(&wide, "  f%d: {events: '${self:custom.events}'}\n", i)
	}
	long.WriteString(`{"service": "s", "provider": {"memorySize": "` + strings.Repeat("1", 1<<20) + `"}, "functions": {"f": {}`)
	for i := range 20_000 {
		fmt.Fprintf(&long, ", \"f%d\": {}", i)
	}
	long.WriteString("}}")
	for text, want := range map[string]string{
		doubling.String(): "it is too long", chain.String(): "it is nested too deeply",
		wide.String(): "the variables of the file stand for too much", long.String(): "",
	} {
		start := time.Now()
		c, err := parsedFile("s.yml", []byte(text), Options{})
		if took := time.Since(start); err != nil || took > 20*time.Second {
			t.Errorf("%.60q: %v in %v", text, err, took)
		}
		if n := len(c.Unknown); want == "" && n > 0 || want != "" && (n == 0 || c.Unknown[n-1].Why != want) {
			t.Errorf("%.60q: %d unknown, want one as %q", text, n, want)
		}
	}
}

func FuzzServerless(f *testing.F) {
	for _, c := range serverlessCases {
		f.Add(c.text, "prod")
		f.Add("service: s\nfunctions:\n  f:"+c.text, "")
	}
	f.Add(serverlessCustom+"functions: {f: {reservedConcurrency: \"${self:custom.pc.${self:provider.stage}, 0}\"}}", "prod")
	f.Add(serverlessCustom+"functions: ${self:custom}", "${opt:stage}")
	f.Add("service: s\nfunctions: {f: {reservedConcurrency: \"${param:x, ${opt:y, file(a, 'b'), 'c,}', null}}-${self:functions.f}\"}}", "a")
	f.Fuzz(func(t *testing.T, text, stage string) {
		start := time.Now()
		reads(t, text, "serverless", Options{Params: map[string]string{"stage": stage}})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q took %v", text, took)
		}
	})
}

// TestServerlessResources: the CloudFormation in a service speaks of functions
// by the logical ids of the framework, and takes variables, too.
func TestServerlessResources(t *testing.T) {
	a := parsed(t, `
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
`, Options{})
	if len(a.Unknown) > 0 || len(a.Functions) != 2 || a.Functions[0].Name != "check-out_a" ||
		len(a.Functions[0].Deployment.Pollers) != 1 || a.Functions[0].Deployment.Pollers[0].MaximumConcurrency != 5 {
		t.Errorf("%+v %+v", a.Functions, a.Unknown)
	}
}
