// Package traffic reads traffic over time from files: answers of CloudWatch, logs, results of load tests, access logs,
// CSV. Every format becomes the same traces, one for each function.
package traffic
