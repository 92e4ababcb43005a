// Renders the templates of a chart as Helm does: Go's own text/template, the functions of Sprig, and the five that Helm
// adds to them. Arguments: the chart's folder, the name of the release, and any number of files of values.
//
// After Helm's pkg/engine, with the same meaning: values pass through JSON (numbers are floats), maps given later win,
// "required" refuses what is missing or an empty string, and what is not set prints as nothing.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

type values = map[string]interface{}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string) values {
	text, err := os.ReadFile(path)
	fail(err)
	var loose, strict values
	fail(yaml.Unmarshal(text, &loose))
	text, err = json.Marshal(loose)
	fail(err)
	fail(json.Unmarshal(text, &strict))
	return strict
}

func over(below, above values) {
	for key, value := range above {
		if nested, ok := value.(values); ok {
			if existing, ok := below[key].(values); ok {
				over(existing, nested)
				continue
			}
		}
		if value == nil {
			delete(below, key)
			continue
		}
		below[key] = value
	}
}

func toYaml(value interface{}) (string, error) {
	var buffer bytes.Buffer
	encoder := yaml.NewEncoder(&buffer)
	encoder.SetIndent(2)
	err := encoder.Encode(value)
	return strings.TrimSuffix(buffer.String(), "\n"), err
}

func main() {
	folder, release := os.Args[1], os.Args[2]
	merged := read(filepath.Join(folder, "values.yaml"))
	for _, path := range os.Args[3:] {
		over(merged, read(path))
	}
	chart := read(filepath.Join(folder, "Chart.yaml"))
	data := values{
		"Values":  merged,
		"Chart":   values{"Name": chart["name"], "Version": chart["version"]},
		"Release": values{"Name": release, "Service": "Helm", "Namespace": "default"},
	}
	all := template.New("chart")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["toYaml"] = toYaml
	functions["include"] = func(name string, data interface{}) (string, error) {
		var buffer bytes.Buffer
		err := all.ExecuteTemplate(&buffer, name, data)
		return buffer.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if text, ok := value.(string); value == nil || (ok && text == "") {
			return nil, errors.New(message)
		}
		return value, nil
	}
	functions["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	all.Funcs(functions)

	paths, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	fail(err)
	sort.Strings(paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		fail(err)
		_, err = all.New(filepath.Base(path)).Parse(string(text))
		fail(err)
	}
	for _, path := range paths {
		if !strings.HasSuffix(path, ".yaml") {
			continue
		}
		var buffer bytes.Buffer
		fail(all.ExecuteTemplate(&buffer, filepath.Base(path), data))
		fmt.Printf("---\n# Source: %s\n%s\n", filepath.Base(path), strings.ReplaceAll(buffer.String(), "<no value>", ""))
	}
}
