package serverless

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// serverlessCustom is what the variables in the tests refer to.
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

// variables are values of a function, with the expected result.
var variables = []struct {
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
	{"${self:custom.pc.${self:provider.stage}, 0}", map[string]string{"stage": "prod"}, "3"},
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
	{"${param:mine}", map[string]string{"stage": "prod"}, "22"},
	{"${param:shared}", nil, "31"},
	{"${param:newer}", map[string]string{"stage": "prod"}, "32"},
	{"${param:newer}", map[string]string{"newer": "1"}, "1"},
	{"${param:absent, 5}", nil, "5"},
	{"$5", nil, `refused "$5"`},
	{"${param:absent}", nil, "param:absent is not given, pass --param absent=VALUE"},
	{"${opt:units}", nil, "opt:units is not given, pass --param units=VALUE"},
	{"${self:custom.absent, opt:units}", nil, "opt:units is not given, pass --param units=VALUE"},
	{"${self:custom.pc.${opt:which}, 0}", nil, "opt:which is not given, pass --param which=VALUE"},
	{"${self:custom.open, 0}", nil, "opt:open is not given, pass --param open=VALUE"},
	{"${self:custom.none}", nil, "self:custom.none is not set" + asked},
	{"${self:custom.elsewhere.units, 0}", nil, "file(x.yml) cannot be read" + asked},
	{"${self:custom.me, 0}", nil, "it refers to itself, correct it"},
	{"${self:custom.ping}", nil, "it refers to itself, correct it"},
	{"${self:}", nil, decides},
	{"1${self:custom.pc}", nil, "a part of it is not a string" + asked},
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
	{"${opt:a}" + strings.Repeat(" ", 5000), nil, "it is too long, use a shorter one"},
}

func TestServerlessVariables(t *testing.T) {
	for _, c := range variables {
		text := serverlessCustom + "functions:\n  f:\n    reservedConcurrency: " + fmt.Sprintf("%q", c.variable) + "\n"
		contents, err := read(text, record.Options{Params: c.params})
		if err != nil || len(contents.Functions) != 1 {
			t.Errorf("%s: %v", c.variable, err)
			continue
		}
		f, got := contents.Functions[0], "unreserved"
		if units, ok := f.Reserved.Get(); ok {
			got = fmt.Sprint(units)
		}
		at := f.Places.Of(record.KeyReserved)
		for _, refused := range f.Deployment.Refused {
			got, at = fmt.Sprintf("refused %q", refused.Text), refused.Place
		}
		for _, u := range contents.Unknown {
			got, at = u.Why+", "+u.Remedy, u.Place
		}
		if got != c.want || f.Unreserved != (c.want == "unreserved") {
			t.Errorf("%s = %s, want %s", c.variable, got, c.want)
		}
		line := 1 + strings.Count(text[:strings.Index(text, "reservedC")], "\n")
		if c.want != "unreserved" && at.Line != line {
			t.Errorf("%s is at %s, want line %d", c.variable, at, line)
		}
	}
}

// TestServerlessRegion checks that the option takes precedence over the file, and the file over the Region
// known otherwise.
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
		o := record.Options{Region: c.known, Params: map[string]string{}}
		if c.option != "" {
			o.Params["region"] = c.option
		}
		text := "service: s\nprovider: " + c.provider + "\nfunctions: {f: {name: 'in-${aws:region}'}}"
		contents, err := read(text, o)
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

// TestServerlessParams checks that the parameters of a file are those that affect a value, given or not.
func TestServerlessParams(t *testing.T) {
	c, err := read(serverlessCustom+`functions:
  f:
    reservedConcurrency: "${opt:one, param:two, ${param: three, 'x'}}"
    provisionedConcurrency: ${self:custom.open}
    description: ${opt:four}
  g:
    reservedConcurrency: ${opt:one}-${opt:${self:service}}-${option:five}
`, record.Options{Params: map[string]string{"one": "1"}})
	if got, want := fmt.Sprint(c.Params), "[stage region one two three open]"; err != nil || got != want {
		t.Errorf("%v: %s, want %s", err, got, want)
	}
}

// TestServerlessWork checks that reading time grows linearly with file size, even if variables refer to
// large values many times.
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
	events := strings.Repeat("  - {sqs: {maximumConcurrency: 2}}\n", 10_000)
	wide.WriteString("service: s\ncustom:\n  events:\n" + events + "functions:\n")
	for i := range 5_000 {
		fmt.Fprintf(&wide, "  f%d: {events: '${self:custom.events}'}\n", i)
	}
	memory := strings.Repeat("1", 1<<20)
	long.WriteString(`{"service": "s", "provider": {"memorySize": "` + memory + `"}, "functions": {"f": {}`)
	for i := range 20_000 {
		fmt.Fprintf(&long, ", \"f%d\": {}", i)
	}
	long.WriteString("}}")
	for text, want := range map[string]string{
		doubling.String(): "it is too long",
		chain.String():    "it is nested too deeply",
		wide.String():     "reading stopped",
		long.String():     "",
	} {
		start := time.Now()
		c, err := read(text, record.Options{})
		took := time.Since(start)
		if err != nil && want != "" && strings.Contains(err.Error(), want) {
			continue
		}
		if err != nil || took > 20*time.Second {
			t.Errorf("%.60q: %v in %v", text, err, took)
		}
		if n := len(c.Unknown); want == "" && n > 0 || want != "" && (n == 0 || c.Unknown[n-1].Why != want) {
			t.Errorf("%.60q: %d unknown, want one as %q", text, n, want)
		}
	}
}
