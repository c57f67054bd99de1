//go:build tools

// Package tools keeps the database of the test control plane in go.mod.
package tools

import _ "go.etcd.io/etcd/server/v3"
