// Package main serves an OCI registry on loopback, for tests: registry <address> <directory> [<htpasswd file>].
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

func run(arguments []string) error {
	if len(arguments) < 2 {
		return fmt.Errorf("usage: registry <address> <directory> [<htpasswd file>]")
	}
	config := &configuration.Configuration{Version: configuration.CurrentVersion}
	config.HTTP.Addr = arguments[0]
	config.Storage = configuration.Storage{"filesystem": configuration.Parameters{"rootdirectory": arguments[1]}}
	config.Log.Level = "error"
	config.Log.AccessLog.Disabled = true
	if len(arguments) > 2 {
		config.Auth = configuration.Auth{
			"htpasswd": configuration.Parameters{"realm": "test", "path": arguments[2]},
		}
	}
	server, err := registry.NewRegistry(context.Background(), config)
	if err != nil {
		return err
	}
	return server.ListenAndServe()
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
