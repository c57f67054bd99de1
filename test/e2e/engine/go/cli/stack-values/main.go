// Reads YAML scalars, one JSON string per line, and prints for each what Pulumi's own loader makes of it as a value in a stack file: the
// JSON text that a program receives in its configuration, or "error".
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

type stack struct {
	Config config.Map `yaml:"config"`
}

func valueOf(scalar string) string {
	text := "config:\n  p:k:\n    value: " + scalar + "\n"
	var loaded stack
	if err := encoding.YAML.Unmarshal([]byte(text), &loaded); err != nil {
		return "error"
	}
	plain, err := loaded.Config.Decrypt(config.NopDecrypter)
	if err != nil {
		return "error"
	}
	key := config.MustMakeKey("p", "k")
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(plain[key]), &object); err != nil {
		return "error"
	}
	return string(object["value"])
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<20)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	for input.Scan() {
		var scalar string
		if err := json.Unmarshal([]byte(strings.TrimSpace(input.Text())), &scalar); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(output, valueOf(scalar))
	}
}
