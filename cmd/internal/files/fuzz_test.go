package files

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/cloudformation"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// FuzzCloudFormation checks that no template crashes the reader, and that reading is deterministic.
func FuzzCloudFormation(f *testing.F) {
	f.Add([]byte(`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "${F.Arn}${F.Arn}"}}}`))
	f.Add([]byte("Resources:\n  Fn::ForEach::F: [N, [a, b], {'F${N}': {Type: AWS::Lambda::Function}, 'F${N}': !Ref N}]"))
	f.Add([]byte(`Resources: {"": {Type: AWS::Lambda::Function}, G: {Type: AWS::Lambda::Function}}`))
	for _, pattern := range []string{"testdata/cfn/*", "testdata/sam-golden/*"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := record.Options{Format: cloudformation.Format{}.Name(), Params: map[string]string{"Ten": "1"}}
		first, err := parsedFile("f", data, o)
		again, other := parsedFile("f", data, o)
		same := reflect.DeepEqual(first.Functions, again.Functions) && reflect.DeepEqual(first.Unknown, again.Unknown)
		if (err == nil) != (other == nil) || !same {
			t.Fatal("it reads differently")
		}
		for _, fn := range first.Functions {
			if fn.Name == "" || fn.Deployment == nil {
				t.Errorf("%+v", fn)
			}
		}
		Join([]record.File{first, again}, nil, "", false)
	})
}
