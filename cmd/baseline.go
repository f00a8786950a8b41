package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/format"
)

// maxBaseline is the largest document that is read as a baseline, bytes: that of
// an account of some thirty thousand functions.
const maxBaseline = 256 << 20

// highestCost is above what any account that is calculated can cost, US dollars a
// month.
const highestCost = 1e15

// readDocument reads an earlier document into a value. The problem tells what is
// wrong with it.
func readDocument(path string, document any) (problem string) {
	file, err := os.Open(path)
	if err != nil {
		return reason(err)
	}
	defer file.Close()
	input := json.NewDecoder(io.LimitReader(file, maxBaseline))
	if err := input.Decode(document); err != nil {
		var kindOf *json.UnmarshalTypeError
		var unread *fs.PathError
		switch {
		case errors.Is(err, io.EOF):
			return "the file is empty"
		case errors.Is(err, io.ErrUnexpectedEOF):
			return "the document is cut off"
		case errors.As(err, &kindOf):
			if kindOf.Field == "" {
				return "this is no document of lambdacap"
			}
			return fmt.Sprintf("%s has the type %s, which is no document of lambdacap", kindOf.Field, kindOf.Value)
		case errors.As(err, &unread):
			return reason(err)
		}
		return "this is not JSON: " + err.Error()
	}
	if _, err := input.Token(); err != io.EOF {
		return "there is more behind the document"
	}
	return ""
}

// A header is what every document begins with.
type header struct {
	SchemaVersion int    `json:"schema_version"`
	Kind          string `json:"kind"`
}

// problem tells what is wrong with a document that should be of a kind.
func (h header) problem(kind string) string {
	switch {
	case h.Kind == "" || h.SchemaVersion == 0:
		return "this is no document of lambdacap"
	case h.SchemaVersion > format.SchemaVersion:
		return fmt.Sprintf("the schema version is %d, this program knows %d", h.SchemaVersion, format.SchemaVersion)
	case h.Kind != kind:
		return fmt.Sprintf("this is a document of %s", h.Kind)
	}
	return ""
}

// readKnown reads the findings of an earlier check, with those that it knew from
// a baseline of its own.
func readKnown(path string) (known []check.Finding, problem string) {
	var document struct {
		header
		Findings []check.Finding `json:"findings"`
		Result   struct {
			Known []check.Finding `json:"known"`
		} `json:"result"`
	}
	problem = readDocument(path, &document)
	if problem == "" {
		problem = document.problem("check")
	}
	return append(document.Findings, document.Result.Known...), problem
}

// readBaseline reads the costs of an earlier document of the same kind. The
// problem tells what is wrong with it.
func readBaseline(path, kind string) (b *calc.Baseline, problem string) {
	type cost struct {
		Total calc.Optional[float64] `json:"total_usd_month"`
	}
	var document struct {
		header
		Result struct {
			Account struct {
				Cost *cost `json:"cost"`
			} `json:"account"`
			Functions []struct {
				Name string `json:"name"`
				Cost *cost  `json:"cost"`
			} `json:"functions"`
		} `json:"result"`
	}
	if problem = readDocument(path, &document); problem != "" {
		return nil, problem
	}
	switch problem = document.problem(kind); {
	case problem != "":
		return nil, problem
	case document.Result.Account.Cost == nil || !document.Result.Account.Cost.Total.Known():
		return nil, "there is no cost in it"
	}
	amounts := []calc.Optional[float64]{document.Result.Account.Cost.Total}
	for _, f := range document.Result.Functions {
		if f.Cost != nil {
			amounts = append(amounts, f.Cost.Total)
		}
	}
	for _, amount := range amounts {
		if x := amount.Or(0); math.Signbit(x) || x > highestCost {
			return nil, fmt.Sprintf("%g is no cost of a month", x)
		}
	}
	b = &calc.Baseline{Total: document.Result.Account.Cost.Total.Or(0), Functions: map[string]float64{}}
	for _, f := range document.Result.Functions {
		if f.Cost != nil {
			b.Functions[f.Name] = f.Cost.Total.Or(0)
		}
	}
	return b, ""
}
