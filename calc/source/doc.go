// Package source has what invokes a function in batches: queues, streams, topics and brokers, and the queue of
// asynchronous events. It has their settings with the ranges and defaults of AWS, and the laws by which their pollers
// take messages: how many batches at a time, how fast that grows, how many messages a second, and what binds.
package source
