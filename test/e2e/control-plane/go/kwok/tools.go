//go:build tools

// Package tools keeps the simulated nodes of the test control plane in go.mod.
package tools

import _ "sigs.k8s.io/kwok/cmd/kwok"
