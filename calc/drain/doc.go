// Package drain answers how long it takes until a queue or a stream is empty, and what is lost on the way: messages
// that get too old, and messages that reach a dead-letter queue only because their batches are throttled.
package drain
