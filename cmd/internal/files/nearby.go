package files

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
)

// A neighbour is a kind of file that people often have next to the readable ones. Its message says what to use instead.
type neighbour struct {
	// names are patterns for the names of such files, without the folder.
	names []string
	// keys are keys that all such files have at the top level.
	keys []string
	// text matches the bytes of such a file, and content recognizes them.
	text    *lazyregexp.Regexp
	content func(data []byte) bool

	what, instead string
}

// ofPlan is what to use instead of any file that leads to a Terraform plan.
const ofPlan = "the plan in JSON, from terraform plan -out FILE and terraform show -json FILE"

// ofSources is what to use instead of a file of Terraform sources.
const ofSources = "the folder that it is in, for example lambdacap check ., or " + ofPlan

// ofTraffic is what to use instead of a file with traffic, which other commands and flags read.
const ofTraffic = "it as --traffic of lambdacap plan, or as the file of lambdacap replay"

// ofApp is what to use instead of the other files that cdk synth writes.
const ofApp = "the templates next to it, cdk.out/*.template.json"

// neighbours are tried in order. Names come first, because they are the most reliable sign.
var neighbours = []neighbour{
	{names: []string{"*.tf", "*.tf.json", "*.tofu"}, what: "Terraform source", instead: ofSources},
	{names: []string{"*.tfvars", "*.tfvars.json"}, what: "a file of values for Terraform variables",
		instead: "it as --var-file, with the folder of the sources"},
	{names: []string{"terragrunt.hcl", "*.hcl"}, what: "the configuration of Terragrunt",
		instead: "the plan in JSON, from terragrunt plan -out FILE and terragrunt show -json FILE"},
	{names: []string{"samconfig.toml", "samconfig.yaml", "samconfig.yml"}, what: "the configuration of the SAM CLI",
		instead: "the folder that it is in, for example lambdacap check ., or the template with --param KEY=VALUE"},
	{content: isBinaryPlan, what: "a binary plan of Terraform",
		instead: "the plan in JSON, from terraform show -json and this file"},
	{text: &planText, what: "a plan of Terraform as text", instead: ofPlan},
	{text: &terraformBlock, what: "Terraform source", instead: ofSources},
	{keys: []string{"@level", "@message"}, what: "the log of terraform plan -json", instead: ofPlan},
	{keys: []string{"lineage", "serial"}, what: "Terraform's own state file",
		instead: "the output of terraform show -json"},
	{keys: []string{"resource", "provider"}, what: "Terraform source", instead: ofSources},
	{keys: []string{"resource", "terraform"}, what: "Terraform source", instead: ofSources},
	{keys: []string{"artifacts", "version"}, what: "the manifest of cdk synth", instead: ofApp},
	{keys: []string{"tree", "version"}, what: "the construct tree of cdk synth", instead: ofApp},
	{keys: []string{"files", "dockerImages"}, what: "an asset list of cdk synth", instead: ofApp},
	{keys: []string{"steps", "changeSummary"}, what: "the output of pulumi preview --json, which lambdacap does not read",
		instead: "a profile with the settings, or AWS CLI output"},
	{keys: []string{"MetricDataResults"}, what: "traffic, not settings", instead: ofTraffic},
	{keys: []string{"Datapoints", "Label"}, what: "traffic, not settings", instead: ofTraffic},
	{keys: []string{"metrics", "root_group"}, what: "traffic, not settings", instead: ofTraffic},
	{keys: []string{"latencies", "status_codes"}, what: "traffic, not settings", instead: ofTraffic},
	{keys: []string{"aggregate", "intermediate"}, what: "traffic, not settings", instead: ofTraffic},
	{keys: []string{"events", "searchedLogStreams"}, what: "traffic, not settings", instead: ofTraffic},
	{keys: []string{"results", "statistics"}, what: "traffic, not settings", instead: ofTraffic},
	{text: &trafficText, what: "traffic, not settings", instead: ofTraffic},
	{keys: []string{"service", "package"}, what: "the state of serverless package",
		instead: "the template next to it, .serverless/cloudformation-template-update-stack.json"},
}

var (
	planText = lazyregexp.Regexp{Text: `\A\s*(?:\x1b\[[0-9;]*m)*Terraform (?:used|will perform)`}
	// trafficText matches logs with REPORT lines, and tables whose header begins with a time.
	trafficText    = lazyregexp.Regexp{Text: `REPORT RequestId: |\A\W*(?i:time|timestamp|date|minute)\W*[,;\t]`}
	terraformBlock = lazyregexp.Regexp{Text: `(?m)^` +
		`(?:resource|data|module|provider|variable|output|locals|terraform)[ \t]*` +
		`(?:"[^"\n]*"[ \t]*){0,2}\{`}
)

// isBinaryPlan reports whether a file is the output of terraform plan -out: a zip archive whose first entry is tfplan.
func isBinaryPlan(data []byte) bool {
	const nameOffset = 30 // in the header of an entry
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) && len(data) > nameOffset &&
		bytes.HasPrefix(data[nameOffset:], []byte("tfplan"))
}

// nearby returns the error for an unreadable file that is a neighbour, or nil if it is not one.
func nearby(name string, data []byte, d *tree.Document) error {
	has := map[string]tree.Node{}
	if d != nil {
		has = d.Top.Fields()
	}
	begin := data[:min(len(data), tree.MaxYAMLBytes)]
	for _, n := range neighbours {
		if n.matches(name, begin, has) {
			return fmt.Errorf("%s: this is %s; expected %s", check.Place{File: name, Line: 1}, n.what, n.instead)
		}
	}
	return nil
}

// matches reports whether a file with this name, content and keys is of this kind.
func (n *neighbour) matches(name string, data []byte, has map[string]tree.Node) bool {
	for _, pattern := range n.names {
		if ok, _ := filepath.Match(pattern, strings.ToLower(filepath.Base(name))); ok {
			return true
		}
	}
	for _, key := range n.keys {
		if !has[key].Exists() {
			return false
		}
	}
	return len(n.keys) > 0 || n.text != nil && n.text.Get().Match(data) || n.content != nil && n.content(data)
}
