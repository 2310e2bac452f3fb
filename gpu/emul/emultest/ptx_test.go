//go:build cuda

package emultest_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// ptxTypes are the PTX types of the parameters of testdata/kernels.cu.
var ptxTypes = map[string]string{
	"char": ".u8", "short": ".u16", "int": ".u32", "unsigned": ".u32", "float": ".f32", "double": ".f64", "long long": ".u64",
}

var kernelLine = regexp.MustCompile(`(?m)^KERNEL\((\w+), (.*)\) {`)

// ptx is a PTX text with the entries of testdata/kernels.cu, without bodies.
func ptx(t testing.TB) string {
	source, err := os.ReadFile("testdata/kernels.cu")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString(".version 7.8\n.target sm_80\n.address_size 64\n")
	for _, kernel := range kernelLine.FindAllStringSubmatch(string(source), -1) {
		text.WriteString(entry(kernel[1], strings.Split(kernel[2], ", ")))
	}
	return text.String()
}

func entry(name string, parameters []string) string {
	var types []string
	for i, p := range parameters {
		typ := ".u64" // of a pointer
		if !strings.Contains(p, "*") {
			typ = ptxTypes[strings.TrimPrefix(p[:strings.LastIndex(p, " ")], "signed ")]
		}
		types = append(types, fmt.Sprintf("\t.param %s %s_param_%d", typ, name, i))
	}
	return fmt.Sprintf(".visible .entry %s(\n%s\n)\n.maxntid 1024, 1, 1\n{\n\tret;\n}\n", name, strings.Join(types, ",\n"))
}
