package serverless

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// asked is the end of a message about a value that only the framework knows. decides is the end of a message
// about a value that CloudFormation decides.
const (
	asked   = ", " + remedyPrint
	decides = "CloudFormation decides it at deployment, run serverless package, and check the template in .serverless"
)

// serverlessCases are handwritten services with the expected summary. A text that starts with a space is
// the function f, on line 3.
var serverlessCases = []struct {
	name, text, want string
	params           map[string]string
}{
	{"no settings", "service: shop\nprovider: aws\nfunctions:\n  f:\n", "f: unreserved; also shop-dev-f", nil},
	{"settings", " {reservedConcurrency: 5, provisionedConcurrency: 3, memorySize: 512, architecture: arm64, " +
		"ephemeralStorageSize: 1024, snapStart: true}",
		`f: snapstart; also s-dev-f; reserved 5; memory 512; arm64; ephemeral 1024; "provisioned"=3; ` +
			`alias provisioned of "new version f"`, nil},
	{"off", " {reservedConcurrency: 0}", "f: also s-dev-f; reserved 0", nil},
	{"null", " {reservedConcurrency: null, provisionedConcurrency: null, snapStart: false}",
		"f: unreserved; unprovisioned; also s-dev-f", nil},
	{"zero", " {provisionedConcurrency: 0}", "f: unreserved; unprovisioned; also s-dev-f", nil},
	{"no numbers", " {reservedConcurrency: many, provisionedConcurrency: [1]}",
		`f: also s-dev-f; alias provisioned of "new version f"; refused reserved "many" line 3; ` +
			`refused provisioned "[...]" line 3`, nil},
	{"negative", " {reservedConcurrency: -1, provisionedConcurrency: -2}",
		`f: also s-dev-f; "provisioned"=-2; alias provisioned of "new version f"; refused reserved "-1" line 3`, nil},
	{"text", " {reservedConcurrency: '5'}", "f: also s-dev-f; reserved 5", nil},
	{"version 4", " {provisionedConcurrency: {executions: 4, alias: live}}",
		`f: unreserved; also s-dev-f; "live"=4; alias live of "new version f"`, nil},
	{"version 4 without an alias", " {provisionedConcurrency: {executions: '${opt:pc}'}}",
		`f: unreserved; also s-dev-f; possibly "provisioned"=?; alias provisioned of "new version f"` +
			"\nunknown f.executions line 3: opt:pc is not given, pass --param pc=VALUE", nil},
	{"CloudFormation", " {reservedConcurrency: !Ref Units, provisionedConcurrency: {Ref: Units}}",
		`f: also s-dev-f; possibly "provisioned"=?; alias provisioned of "new version f"` +
			"\nunknown f.reservedConcurrency line 3: " + decides +
			"\nunknown f.provisionedConcurrency line 3: " + decides, nil},
	{"name", " {name: 'mine-${sls:stage}'}", "mine-prod: unreserved", map[string]string{"stage": "prod"}},
	{"name that is not known", " {name: 'mine-${env:X}'}",
		"f: unreserved\nunknown f.name line 3: env:X is not read" + asked, nil},
	{"stage", " {}", "f: unreserved; also s-prod-f", map[string]string{"stage": "prod"}},
	{"stage of the provider", "service: {name: s}\nprovider: {name: aws, stage: test}\nfunctions: {f: {}}",
		"f: unreserved; also s-test-f", nil},
	{"stage that is not known", "service: s\nprovider: {name: aws, stage: '${env:STAGE}'}\nfunctions: {f: {}}",
		"f: unreserved", nil},
	{"name by CloudFormation", " {name: !Sub a}", "f: unreserved\nunknown f.name line 3: " + decides, nil},
	{"provider", "service: s\nprovider:\n  name: aws\n  memorySize: 2048\n  architecture: arm64\nfunctions:\n  f: {}\n" +
		"  g: {memorySize: 512}\n  h: {memorySize: '${ssm:x}'}",
		"f: unreserved; also s-dev-f; memory 2048; arm64\ng: unreserved; also s-dev-g; memory 512; arm64\n" +
			"h: unreserved; also s-dev-h; arm64", nil},
	{"no provider", "service: s\nfunctions: {f: {}}", "f: unreserved; also s-dev-f", nil},
	{"provider elsewhere", "service: s\nprovider: ${file(p.yml)}\nfunctions: {f: {}}", "f: unreserved", nil},
	{"list", "service: s\nprovider: aws\nfunctions:\n- {f: {}}\n- ${file(g.yml)}\n- {h: {}}",
		"f: unreserved; also s-dev-f\nh: unreserved; also s-dev-h\nunknown .functions line 5: file(g.yml) cannot be read" +
			asked, nil},
	{"functions elsewhere", "service: s\nprovider: aws\nfunctions: ${file(f.yml):functions}",
		"unknown .functions line 3: file(f.yml):functions cannot be read" + asked, nil},
	{"no functions", "service: s\nprovider: aws", "", nil},
	{"function elsewhere", " ${file(f.yml)}",
		"f: \nunknown f.functions.f line 3: file(f.yml) cannot be read" + asked, nil},
	{"JSON", `{"service": "s", "provider": {"name": "aws"}, "custom": {"list": [1, 2]}, ` +
		`"functions": {"f": {"reservedConcurrency": "${self:custom.list.1}"}}}`,
		"f: also s-dev-f; reserved 2", nil},
	{"anchors", "service: s\nprovider: aws\ncustom: {all: &all {reservedConcurrency: 7}}\nfunctions:\n  f:\n" +
		"    <<: *all\n  g: *all", "f: also s-dev-f; reserved 7\ng: also s-dev-g; reserved 7", nil},
	{"queues", " {events: [{http: any}, schedule, {sqs: 'arn:aws:sqs:r:1:q'}, {sqs: {arn: x, maximumConcurrency: 9}}, " +
		"{sqs: {maximumConcurrency: '${env:M, 4}'}}]}",
		"f: unreserved; direct; also s-dev-f; poller 9; poller 4", nil},
	{"queues elsewhere", "service: s\nprovider: aws\ncustom: {q: {sqs: {maximumConcurrency: 3}}}\n" +
		"functions: {f: {events: ['${self:custom.q}', '${file(e.yml)}', {sqs: '${file(q.yml)}'}]}, " +
		"g: {events: '${file(e.yml)}'}}",
		"f: unreserved; direct; also s-dev-f; poller 3\ng: unreserved; also s-dev-g\n" +
			"unknown f.events line 4: file(e.yml) cannot be read" + asked +
			"\nunknown f.sqs line 4: file(q.yml) cannot be read" + asked +
			"\nunknown g.events line 4: file(e.yml) cannot be read" + asked, nil},

	{"scaling", " {provisionedConcurrency: 1, concurrencyAutoscaling: true}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"; target "provisioned" 1 to 10; ` +
			`at 0.75`, nil},
	{"scaling in full", ` {provisionedConcurrency: 2, concurrencyAutoscaling: {enabled: true, alias: live, minimum: 0, ` +
		`maximum: 5, usage: 0.6, scheduledActions: [
    {name: a, action: {minimum: 3, maximum: 9}}, {name: b, action: {maximum: '${self:custom.n}'}}, '${env:X}']}}`,
		`f: unreserved; also s-dev-f; "provisioned"=2; alias provisioned of "new version f"; target "live" 0 to 5; at 0.6; ` +
			`scheduled "live" 3 to 9; scheduled "live" ? to ?` +
			"\nunknown f.maximum line 4: self:custom.n is not set" + asked +
			"\nunknown f.scheduledActions line 4: env:X is not read" + asked, nil},
	{"scaling with a schedule", ` {provisionedConcurrency: 2, concurrencyAutoscaling: {enabled: true, maximum: 5, ` +
		`scaleInCooldown: 120, scaleOutCooldown: 0, customMetric: {statistic: maximum}, scheduledActions: [
    {name: a, schedule: 'cron(30 8 ? * 1-5 *)', timezone: America/Chicago, startTime: '2026-01-01T00:00:00.000Z', ` +
		`action: {maximum: 9, minimum: 3}}]}}`,
		`f: unreserved; also s-dev-f; "provisioned"=2; alias provisioned of "new version f"; target "provisioned" 1 to 5; ` +
			`at 0.75 maximum in 120s; scheduled "provisioned" 3 to 9 cron(30 8 ? * 1-5 *) America/Chicago ` +
			`from 2026-01-01T00:00:00.000Z`, nil},
	{"scaling that does not say it is enabled", " {provisionedConcurrency: 1, concurrencyAutoscaling: {minimum: 3}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"`, nil},
	{"scaling by a variable",
		" {provisionedConcurrency: 1, concurrencyAutoscaling: {enabled: '${opt:scale, false}', usage: high}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"; target "provisioned" 1 to 10` +
			"\nunknown f.usage line 3: \"high\" is not a number, use a number", map[string]string{"scale": "true"}},
	{"scaling of nothing", " {concurrencyAutoscaling: true}", "f: unreserved; also s-dev-f", nil},
	{"scaling of what is not known",
		" {provisionedConcurrency: '${ssm:n}', concurrencyAutoscaling: {enabled: true, minimum: {Ref: N}, " +
			"maximum: '${env:N}', usage: '${env:U}'}}",
		`f: unreserved; also s-dev-f; possibly "provisioned"=?; alias provisioned of "new version f"; ` +
			`target "provisioned" ? to ?` +
			"\nunknown f.provisionedConcurrency line 3: ssm:n cannot be read" + asked +
			"\nunknown f.minimum line 3: " + decides +
			"\nunknown f.maximum line 3: env:N is not read" + asked + "\nunknown f.usage line 3: env:U is not read" + asked,
		nil},
	{"scaling that is not known", " {provisionedConcurrency: 1, concurrencyAutoscaling: '${ssm:x}'}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"` +
			"\nunknown f.concurrencyAutoscaling line 3: ssm:x cannot be read" + asked, nil},
	{"scaling without the plugin",
		"service: s\nprovider: aws\nplugins: [serverless-offline]\nfunctions: {f: {provisionedConcurrency: 1, " +
			"concurrencyAutoscaling: true}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"`, nil},
	{"scaling with the plugin",
		"service: s\nprovider: aws\nplugins: {modules: [./node_modules/serverless-provisioned-concurrency-autoscaling]}\n" +
			"functions: {f: {provisionedConcurrency: 1, concurrencyAutoscaling: true}}",
		`f: unreserved; also s-dev-f; "provisioned"=1; alias provisioned of "new version f"; target "provisioned" 1 to 10; ` +
			`at 0.75`, nil},
	{"empty", " {reservedConcurrency: '', provisionedConcurrency: '${opt:pc, \"\"}'}",
		"f: unreserved; unprovisioned; also s-dev-f", nil},
	{"false", " {reservedConcurrency: false, provisionedConcurrency: false}", "f: unprovisioned; also s-dev-f; reserved 0",
		nil},
	{"a name twice", "service: s\nfunctions:\n  f: {name: a}\n  g: {name: a}",
		"a: unreserved\nfunctions.g: unreserved\nunknown functions.g.name line 4: the function at s.yml:3 has the same " +
			"name, give each function its own name", nil},
	{"a name that is a key before it", "service: s\nprovider: aws\nfunctions:\n  a:\n  f: {name: a}",
		"s-dev-a: unreserved; also s-dev-a\na: unreserved", nil},
	{"a name that is a key after it", "service: s\nprovider: aws\nfunctions:\n  f: {name: a}\n  a:",
		"a: unreserved\ns-dev-a: unreserved; also s-dev-a", nil},
	{"a name that is a key, without a stage",
		"service: s\nprovider: {name: aws, stage: '${env:S}'}\nfunctions:\n  a:\n  f: {name: a}",
		"functions.a: unreserved\na: unreserved", nil},

	{"reservation by CloudFormation", " {reservedConcurrency: 5}\n  my-fn_x: {reservedConcurrency: 6}\n" +
		"resources:\n  Resources: {FLambdaFunction: {Properties: {ReservedConcurrentExecutions: 7}}}\n" +
		"  extensions: {MyDashfnUnderscorexLambdaFunction: {Properties: {ReservedConcurrentExecutions: 8, MemorySize: 512}}}",
		"f: also s-dev-f; reserved 7\nmy-fn_x: also s-dev-my-fn_x; reserved 8; memory 512", nil},
	{"provisioned by CloudFormation", " {provisionedConcurrency: 5}\n" +
		"resources:\n  extensions: {FProvConcLambdaAlias: {Properties: {ProvisionedConcurrencyConfig: " +
		"{ProvisionedConcurrentExecutions: 9}}}}",
		`f: unreserved; also s-dev-f; "provisioned"=9; alias provisioned of "new version f"`, nil},
	{"unreserved by CloudFormation", " {reservedConcurrency: 5}\n" +
		"resources:\n  extensions: {FLambdaFunction: {Properties: {ReservedConcurrentExecutions: {Ref: 'AWS::NoValue'}}}}",
		"f: unreserved; also s-dev-f", nil},
	{"unknown by CloudFormation", " {reservedConcurrency: 5}\n" +
		"resources:\n  Resources: {FLambdaFunction: {Properties: {ReservedConcurrentExecutions: {Ref: Units}}}}",
		"f: also s-dev-f\nunknown f.ReservedConcurrentExecutions line 5: the template has no parameter or resource Units, " +
			"correct the name", nil},
}

func TestServerlessCases(t *testing.T) {
	for _, c := range serverlessCases {
		if strings.HasPrefix(c.text, " ") {
			c.text = "service: s\nfunctions:\n  f:" + c.text
		}
		file, err := read(c.text, record.Options{Params: c.params})
		if got := recordtest.Summary(file); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
		if !claims(t, c.text) {
			t.Errorf("%s: it is not detected", c.name)
		}
	}
}
