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
	"github.com/lambdacap/lambdacap/format"
)

// maxBaseline is the largest document that is read as a baseline, bytes: that of
// an account of some thirty thousand functions.
const maxBaseline = 256 << 20

// highestCost is above what any account that is calculated can cost, US dollars a
// month.
const highestCost = 1e15

// readBaseline reads the costs of an earlier document of the same kind. The
// problem tells what is wrong with it.
func readBaseline(path, kind string) (b *calc.Baseline, problem string) {
	file, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer file.Close()
	type cost struct {
		Total calc.Optional[float64] `json:"total_usd_month"`
	}
	var document struct {
		SchemaVersion int    `json:"schema_version"`
		Kind          string `json:"kind"`
		Result        struct {
			Account struct {
				Cost *cost `json:"cost"`
			} `json:"account"`
			Functions []struct {
				Name string `json:"name"`
				Cost *cost  `json:"cost"`
			} `json:"functions"`
		} `json:"result"`
	}
	input := json.NewDecoder(io.LimitReader(file, maxBaseline))
	if err := input.Decode(&document); err != nil {
		var kindOf *json.UnmarshalTypeError
		var unread *fs.PathError
		switch {
		case errors.Is(err, io.EOF):
			return nil, "the file is empty"
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, "the document is cut off"
		case errors.As(err, &kindOf):
			if kindOf.Field == "" {
				return nil, "this is no document of lambdacap"
			}
			return nil, fmt.Sprintf("%s has the type %s, which is no document of lambdacap", kindOf.Field, kindOf.Value)
		case errors.As(err, &unread):
			return nil, reason(err)
		}
		return nil, "this is not JSON: " + err.Error()
	}
	if _, err := input.Token(); err != io.EOF {
		return nil, "there is more behind the document"
	}
	switch {
	case document.Kind == "" || document.SchemaVersion == 0:
		return nil, "this is no document of lambdacap"
	case document.SchemaVersion > format.SchemaVersion:
		return nil, fmt.Sprintf("the schema version is %d, this program knows %d", document.SchemaVersion, format.SchemaVersion)
	case document.Kind != kind:
		return nil, fmt.Sprintf("this is a document of %s", document.Kind)
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
