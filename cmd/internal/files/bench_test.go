package files

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// The sources of services, with a number for each %d.
const (
	benchSAM = `  Table%[2]d:
    Type: AWS::DynamoDB::Table
    Properties: {BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: id, KeyType: HASH}]}
  Queue%[2]d:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 180, RedrivePolicy: {deadLetterTargetArn: !Ref Dead, maxReceiveCount: 5}}
  Function%[2]d:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "service%[1]d-${Stage}-%[2]d"
      CodeUri: src
      Handler: index.handler
      ReservedConcurrentExecutions: !If [IsProd, 50, !Ref Units]
      AutoPublishAlias: live
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Table%[2]d}}]
      Events:
        Api: {Type: HttpApi, Properties: {Path: /x, Method: get}}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Queue%[2]d.Arn, BatchSize: 10}}
`
	benchHCL = `resource "aws_dynamodb_table" "t%[2]d" {
  name         = "${local.prefix}-t%[2]d"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
}
resource "aws_sqs_queue" "q%[2]d" {
  name                       = "${local.prefix}-q%[2]d"
  visibility_timeout_seconds = 180
  redrive_policy             = jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-west-1:1:d", maxReceiveCount = 5 })
}
resource "aws_lambda_function" "f%[2]d" {
  function_name                  = "service%[1]d-${local.prefix}-%[2]d"
  handler                        = "index.handler"
  filename                       = "x.zip"
  memory_size                    = 512
  reserved_concurrent_executions = var.stage == "prod" ? 50 : 5
  environment {
    variables = merge(local.tags, { TABLE = aws_dynamodb_table.t%[2]d.name })
  }
}
resource "aws_lambda_event_source_mapping" "m%[2]d" {
  event_source_arn = aws_sqs_queue.q%[2]d.arn
  function_name    = aws_lambda_function.f%[2]d.arn
  batch_size       = 10
}
`
	benchServerless = `  f%[2]d:
    handler: index.handler
    name: service%[1]d-%[2]d
    reservedConcurrency: ${self:custom.units}
    events:
      - httpApi: GET /x
      - sqs: {arn: "arn:aws:sqs:eu-west-1:1:q%[2]d", batchSize: 10}
`
)

// benchService returns the source of a service, and the name of its file.
func benchService(i int) (name, text string) {
	var of string
	switch {
	case i%5 == 4:
		name, of = "serverless.yml", benchServerless
		text = "service: s\nprovider: {name: aws}\ncustom: {units: 5}\nfunctions:\n"
	case i%2 == 0:
		name, of = "template.yaml", benchSAM
		text = "Transform: AWS::Serverless-2016-10-31\nParameters:\n  Stage: {Type: String, Default: dev}\n" +
			"  Units: {Type: Number, Default: 5}\nConditions: {IsProd: !Equals [!Ref Stage, prod]}\n" +
			"Resources:\n  Dead: {Type: AWS::SQS::Queue}\n"
	default:
		name, of = "main.tf", benchHCL
		text = "variable \"stage\" {\n  default = \"dev\"\n}\n" +
			"locals {\n  prefix = \"s-${var.stage}\"\n  tags = { stage = var.stage }\n}\n"
	}
	for j := range 3 + i%8 {
		text += fmt.Sprintf(of, i, j)
	}
	return name, text
}

// BenchmarkFolder reads a folder with fifty services: SAM templates, Terraform roots and serverless.yml, of 10 to 40
// resources each. The yardstick is to parse the same texts with the libraries.
func BenchmarkFolder(b *testing.B) {
	folder := b.TempDir()
	functions := 0
	var texts []string
	for i := range 50 {
		name, text := benchService(i)
		functions += 3 + i%8
		texts = append(texts, text)
		path := filepath.Join(folder, fmt.Sprintf("service%d", i))
		if err := os.Mkdir(path, 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		found, err := OpenFolder(folder, record.Options{})
		if err != nil {
			b.Fatal(err)
		}
		contents := make([]record.File, len(found.Files))
		for i, file := range found.Files {
			if contents[i], err = file.Read(record.Options{}); err != nil {
				b.Fatal(err)
			}
		}
		if a, _ := Join(contents, nil, "", false); len(a.Functions) != functions {
			b.Fatal(len(a.Functions), functions)
		}
	}
	read := b.Elapsed() / time.Duration(b.N)
	const rounds = 3
	begin := time.Now()
	for range rounds {
		for _, text := range texts {
			if strings.HasPrefix(text, "variable") {
				if _, d := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos); d.HasErrors() {
					b.Fatal(d)
				}
			} else if err := yaml.Unmarshal([]byte(text), &yaml.Node{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(read)/float64(time.Since(begin)/rounds), "×parse")
}
