//go:build tools

// Package tools keeps the programs of the test cluster in go.mod.
package tools

import (
	_ "github.com/rancher/local-path-provisioner"
)
