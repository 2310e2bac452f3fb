//go:build !noasm

package kernel

//go:generate sh -c "cd gen && go run ./vector -out ../vector_amd64.s -stubs ../vector_stubs_amd64.go -pkg kernel"
