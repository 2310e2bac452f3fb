//go:build cuda

package driver

/*
#include "driver.h"
*/
import "C"

import "gorgonia.org/cu"

// Attributes are what the driver made of a kernel.
type Attributes struct {
	MaxThreads    int // of a block
	Registers     int // of a thread
	LocalBytes    int // of a thread: arrays that don't fit registers, and spills
	StaticShared  int // bytes of a block
	DynamicShared int // the most bytes of a block that a launch may ask for
	PTXVersion    int // 10 times the version that it was compiled from
	BinaryVersion int // 10 times the compute capability that it was compiled for
}

// FunctionAttributes asks for the attributes of a kernel.
func FunctionAttributes(ctx cu.CUContext, f cu.Function) (Attributes, error) {
	var a Attributes
	for _, attribute := range []struct {
		id    C.CUfunction_attribute
		value *int
	}{
		{C.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, &a.MaxThreads},
		{C.CU_FUNC_ATTRIBUTE_NUM_REGS, &a.Registers},
		{C.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES, &a.LocalBytes},
		{C.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, &a.StaticShared},
		{C.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, &a.DynamicShared},
		{C.CU_FUNC_ATTRIBUTE_PTX_VERSION, &a.PTXVersion},
		{C.CU_FUNC_ATTRIBUTE_BINARY_VERSION, &a.BinaryVersion},
	} {
		var value C.int
		if err := check("cuFuncGetAttribute", C.driver_attribute(contextOf(ctx), functionOf(f), attribute.id, &value)); err != nil {
			return Attributes{}, err
		}
		*attribute.value = int(value)
	}
	return a, nil
}

// SetDynamicShared raises the dynamic shared memory that launches of a kernel may ask for above 48 KiB.
func SetDynamicShared(ctx cu.CUContext, f cu.Function, bytes int) error {
	return check("cuFuncSetAttribute", C.driver_set_dynamic_shared(contextOf(ctx), functionOf(f), C.int(bytes)))
}
