//go:build tools

// Package engine pins the Pulumi CLI that rehearsal/engine/build.ts compiles. Nothing here is
// compiled itself: the import keeps the requirement alive for `go mod tidy`.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
