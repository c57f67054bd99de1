//go:build tools

// Package tools keeps the programs of the test cluster in go.mod.
package tools

import (
	_ "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
)
