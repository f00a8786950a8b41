package awscli

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// readPollers reads the event source mappings.
func (a *answer) readPollers() {
	const pollers = "ProvisionedPollerConfig"
	read := func(item tree.Node, fields map[string]tree.Node) {
		arn := fields["EventSourceArn"].Scalar()
		p := check.Poller{Source: source.Source{Type: typeOf(fields)}, Polled: arn, Place: item.Place(),
			Provisioned: fields[pollers].HasValue(), Disabled: strings.HasPrefix(fields["State"].Scalar(), "Disabl")}
		for _, number := range []struct {
			n   tree.Node
			key string
		}{
			{fields["ScalingConfig"].Get("MaximumConcurrency"), record.KeyMaximum},
			{fields[pollers].Get("MinimumPollers"), record.KeyMinPollers},
			{fields[pollers].Get("MaximumPollers"), record.KeyMaxPollers},
			{fields["ParallelizationFactor"], record.KeyParallelization},
			{fields["BatchSize"], record.KeyBatch},
			{fields["MaximumBatchingWindowInSeconds"], record.KeyWindow},
		} {
			if number.n.HasValue() {
				record.SetSource(&p, number.key, number.n.Written(), number.n.Place())
			}
		}
		named := fields["FunctionArn"].Exists() || fields["FunctionName"].Exists()
		bounded := fields["ScalingConfig"].Get("MaximumConcurrency").HasValue() || p.Provisioned
		if !named && !bounded {
			return
		}
		known := len(a.r.Functions)
		f, _ := a.owner(item, fields)
		f.Called = (f.Called || len(a.r.Functions) > known) && !bounded
		f.AddPoller(p)
	}
	for item, fields := range a.entries("EventSourceMappings", "") {
		read(item, fields)
	}
	isMapping := func(key string) bool { return a.top[key].Kind() == tree.Mapping }
	if a.top["EventSourceArn"].Exists() || isMapping("ScalingConfig") || isMapping(pollers) {
		read(a.node, a.top)
	}
}

// typeOf returns the type of what a mapping polls. Only RabbitMQ has virtual hosts.
func typeOf(fields map[string]tree.Node) source.Type {
	arn := fields["EventSourceArn"].Scalar()
	if t := record.SourceOf(arn); t != "" {
		return t
	}
	if fields["Topics"].HasValue() || fields["SelfManagedEventSource"].HasValue() {
		return source.Kafka
	}
	if !strings.Contains(arn, ":mq:") {
		return ""
	}
	for _, access := range fields["SourceAccessConfigurations"].Items() {
		if access.Get("Type").Scalar() == "VIRTUAL_HOST" {
			return source.RabbitMQ
		}
	}
	return ""
}

// readQueue reads the attributes of a queue, whose values are texts. Messages that are received and not yet deleted
// wait, too.
func (a *answer) readQueue(attributes tree.Node) {
	fields := attributes.Fields()
	arn := fields["QueueArn"]
	q := check.Poller{Source: source.Source{Type: source.SQS}, Polled: record.PolledName(arn.Scalar()),
		Place: attributes.Place()}
	if t := record.SourceOf(arn.Scalar()); t != "" {
		q.Type = t
	}
	if fields["FifoQueue"].Scalar() == "true" {
		q.Type = source.SQSFIFO
	}
	if n := fields["VisibilityTimeout"]; n.HasValue() {
		record.SetSource(&q, record.KeyVisibility, n.Scalar(), n.Place())
	}
	if n := fields["MessageRetentionPeriod"]; n.HasValue() {
		record.SetSource(&q, record.KeyRetention, n.Scalar(), n.Place())
	}
	if policy := fields["RedrivePolicy"]; policy.HasValue() {
		record.SetRedrive(&q, policy)
	}
	const waiting = "ApproximateNumberOfMessages"
	if n := fields[waiting]; n.HasValue() {
		record.SetBacklog(&q, n.Place(), n.Scalar(), fields[waiting+"NotVisible"].Scalar())
	}
	a.r.Polled = append(a.r.Polled, q)
}

// readStream reads the summary of a Kinesis stream.
func (a *answer) readStream(summary tree.Node) {
	fields := summary.Fields()
	s := check.Poller{Source: source.Source{Type: source.Kinesis}, Polled: fields["StreamName"].Scalar(),
		Place: summary.Place()}
	if s.Polled == "" {
		s.Polled = record.PolledName(fields["StreamARN"].Scalar())
	}
	if n := fields["OpenShardCount"]; n.HasValue() {
		record.SetSource(&s, record.KeyShards, n.Scalar(), n.Place())
	}
	if n := fields["RetentionPeriodHours"]; n.HasValue() {
		record.SetRetentionHours(&s, n.Scalar(), n.Place())
	}
	a.r.Polled = append(a.r.Polled, s)
}
