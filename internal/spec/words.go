package spec

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// show is a value as it may stand in a message.
func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%v", v)
	}
	if len(text) > 60 {
		return strings.ToValidUTF8(string(text[:57]), "") + "..."
	}
	return string(text)
}

// article is a JSON type in plain words.
func article(jsonType string) string {
	words := map[string]string{
		"null": "empty", "object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
		"number": "a number", "boolean": "true or false",
	}
	if w, found := words[jsonType]; found {
		return w
	}
	return jsonType
}

// typeHint says how a value of the wrong type would be right.
func typeHint(value any, want string, f *form, key string) string {
	example := "for example " + f.example(key)
	if f.example(key) == "" {
		example = "see ziplaw schema"
	}
	switch v := value.(type) {
	case nil:
		return "leave it out for its default, or give a value"
	case string:
		if _, err := strconv.ParseFloat(v, 64); err == nil && (want == "integer" || want == "number") {
			return "write it without quotes"
		}
	case int64, float64, bool:
		if want == "string" {
			return "write it in quotes"
		}
	}
	if _, list := value.([]any); want == "array" && !list {
		return fmt.Sprintf("put it in brackets: [%s]", show(value))
	}
	return example
}

var notInNames = regexp.MustCompile(`[^a-z0-9._-]+`)

// nameHint offers a name near one that is none.
func nameHint(value any) string {
	const rule = "1 to 63 of a-z, 0-9, dot, _ and -, a letter or digit first"
	s, _ := value.(string)
	near := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(s), "-"), "-._")
	if near == "" || len(near) > 63 {
		return rule
	}
	return rule + ": for example " + near
}
