package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
)

// maxBaseline is the largest document that is read as a baseline, bytes: that of
// an account of some thirty thousand functions.
const maxBaseline = 256 << 20

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
		switch {
		case errors.Is(err, io.EOF):
			return nil, "is empty"
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, "is cut off"
		case errors.As(err, &kindOf):
			return nil, fmt.Sprintf("has a %s at %s, which is no document of lambdacap", kindOf.Value, kindOf.Field)
		}
		return nil, "is not JSON: " + err.Error()
	}
	if _, err := input.Token(); err != io.EOF {
		return nil, "has more behind the document"
	}
	switch {
	case document.Kind == "" || document.SchemaVersion == 0:
		return nil, "is no document of lambdacap"
	case document.SchemaVersion > format.SchemaVersion:
		return nil, fmt.Sprintf("has the schema version %d, this program knows %d", document.SchemaVersion, format.SchemaVersion)
	case document.Kind != kind:
		return nil, fmt.Sprintf("is a document of %s", document.Kind)
	case document.Result.Account.Cost == nil || !document.Result.Account.Cost.Total.Known():
		return nil, "has no cost"
	}
	b = &calc.Baseline{Total: document.Result.Account.Cost.Total.Or(0), Functions: map[string]float64{}}
	for _, f := range document.Result.Functions {
		if f.Cost != nil {
			b.Functions[f.Name] = f.Cost.Total.Or(0)
		}
	}
	return b, ""
}
