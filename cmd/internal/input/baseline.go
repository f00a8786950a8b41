package input

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format/document"
)

// maxBaseline is the maximum size of a document that is read as a baseline, bytes. An account of some thirty thousand
// functions has one of that size.
const maxBaseline = 256 << 20

// highestCost is more than any account that is calculated can cost, US dollars a month.
const highestCost = 1e15

// costBaseline reads the costs in the earlier document that --baseline names, which must be of a kind. It returns nil
// without --baseline.
func (in *Input) costBaseline(kind string) *calc.Baseline {
	v := in.chosen[setting.BaselineFlag]
	if !v.Given() {
		return nil
	}
	in.readsFile(v.Text)
	b, problem := readBaseline(v.Text, kind)
	if problem != "" {
		in.Fault("%s: %s: %s; expected an earlier answer of lambdacap %s -o json with a cost",
			v.Path, v.Text, problem, kind)
	}
	return b
}

// KnownFindings reads the findings of the earlier check that --baseline names, and those that it knew from a baseline
// of its own.
func (in *Input) KnownFindings(kind string) []check.Finding {
	v := in.chosen[setting.BaselineFlag]
	if !v.Given() {
		return nil
	}
	in.readsFile(v.Text)
	known, problem := readKnown(v.Text, kind)
	if problem != "" {
		in.Fault("%s: %s: %s; expected an earlier answer of lambdacap %s -o json", v.Path, v.Text, problem, kind)
	}
	return known
}

// readDocument reads an earlier document into a value. It says what is wrong with the document, if anything.
func readDocument(path string, to any) (problem string) {
	file, err := os.Open(path)
	if err != nil {
		return reason(err)
	}
	defer file.Close()
	input := json.NewDecoder(io.LimitReader(file, maxBaseline))
	if err := input.Decode(to); err != nil {
		return decodingProblem(err)
	}
	if _, err := input.Token(); err != io.EOF {
		return "there is more behind the document"
	}
	return ""
}

// decodingProblem says why a document cannot be decoded.
func decodingProblem(err error) string {
	var wrongType *json.UnmarshalTypeError
	var unread *fs.PathError
	switch {
	case errors.Is(err, io.EOF):
		return "the file is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the document is cut off"
	case errors.As(err, &wrongType):
		if wrongType.Field == "" {
			return "this is not a document of lambdacap"
		}
		return fmt.Sprintf("%s has the type %s, which is not a document of lambdacap", wrongType.Field, wrongType.Value)
	case errors.As(err, &unread):
		return reason(err)
	}
	return "this is not JSON: " + err.Error()
}

// A header is the beginning of every document.
type header struct {
	SchemaVersion int    `json:"schema_version"`
	Kind          string `json:"kind"`
}

// problem says what is wrong with a document that should be of a kind.
func (h header) problem(kind string) string {
	switch {
	case h.Kind == "" || h.SchemaVersion == 0:
		return "this is not a document of lambdacap"
	case h.SchemaVersion > document.SchemaVersion:
		return fmt.Sprintf("the schema version is %d, this program knows %d", h.SchemaVersion, document.SchemaVersion)
	case h.Kind != kind:
		return fmt.Sprintf("this is a document of %s", h.Kind)
	}
	return ""
}

// readKnown reads the findings in an earlier document of a check.
func readKnown(path, kind string) (known []check.Finding, problem string) {
	var d struct {
		header
		Findings []check.Finding `json:"findings"`
		Result   struct {
			Known []check.Finding `json:"known"`
		} `json:"result"`
	}
	problem = readDocument(path, &d)
	if problem == "" {
		problem = d.problem(kind)
	}
	return append(d.Findings, d.Result.Known...), problem
}

// readBaseline reads the costs in an earlier document of a calculation: those with the settings of that time. A plan
// has them beside those of what it recommends.
func readBaseline(path, kind string) (b *calc.Baseline, problem string) {
	type cost struct {
		Total calc.Optional[float64] `json:"total_usd_month"`
	}
	var d struct {
		header
		Result struct {
			Account struct {
				Cost    *cost `json:"cost"`
				NowCost *cost `json:"now_cost"` // of a plan, whose cost is that of the recommendation
			} `json:"account"`
			Functions []struct {
				Name string `json:"name"`
				Cost *cost  `json:"cost"`
				Now  *struct {
					Cost *cost `json:"cost"`
				} `json:"now"` // of a plan
			} `json:"functions"`
		} `json:"result"`
	}
	if problem = readDocument(path, &d); problem != "" {
		return nil, problem
	}
	account := cmp.Or(d.Result.Account.NowCost, d.Result.Account.Cost)
	switch problem = d.problem(kind); {
	case problem != "":
		return nil, problem
	case account == nil || !account.Total.Known():
		return nil, "there is no cost in it"
	}
	b = &calc.Baseline{Total: account.Total.Or(0), Functions: map[string]float64{}}
	amounts := []float64{b.Total}
	for _, f := range d.Result.Functions {
		deployed := f.Cost
		if f.Now != nil {
			deployed = f.Now.Cost
		}
		if deployed != nil {
			b.Functions[f.Name] = deployed.Total.Or(0)
			amounts = append(amounts, b.Functions[f.Name])
		}
	}
	for _, x := range amounts {
		if math.Signbit(x) || x > highestCost {
			return nil, fmt.Sprintf("%g is not a cost of a month", x)
		}
	}
	return b, ""
}
