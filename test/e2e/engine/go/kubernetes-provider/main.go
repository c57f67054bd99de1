// The Kubernetes provider of Pulumi: the library of its module with the two files that its own main package embeds. The
// build lays them beside this file.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var mapping []byte

// version is the version of the npm package, stamped by the build.
var version string

func main() { provider.Serve("kubernetes", version, schema, mapping) }
