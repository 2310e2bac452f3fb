// Package gpu is kernel.Backend on one NVIDIA GPU: own kernels (package kernels), enqueued on two streams, and replayed as CUDA
// graphs with two branches: the gradients of weights, and everything else (lane). Which operations wait for each other follows from the
// memory that they read and write (hazards). Products are in float32, or in TF32 on tensor cores; everything else is in float32.
//
// What can be known without a device is plain Go: the names of arithmetics (Numerics), the memory of a training run
// (Bytes), and the grid of every launch. Opening a device needs the build tag cuda, cgo, and a driver of NVIDIA's or the
// emulated one of gpu/emul.
//
// # The promise of cuda/1/DEVICE/float32/own-1
//
// Every operation gives the bits that package kernel promises for its CPU backend. Each element of a product is one chain
// of fused multiply-adds in index order; sums over a row are the tree of 16 lanes; sums over rows, in the gradients of
// embeddings and of norms, are in the order of rows; exp and log are the same polynomials; and other products are rounded
// before they are added. Grids depend on shapes alone. The promise is kept on the emulated driver, where tests compare all
// operations with those of the CPU bit for bit. The id names the device all the same: on a GPU nobody has compared the bits
// before somebody has.
//
// # The promise of cuda/1/DEVICE/tf32/own-1
//
// All but products is as in float32, the products within attention included. Operands of products are rounded to the nearest number
// of TF32, ties away from zero, and each element is one chain over the summed index in order, eight steps at a time, whose sum is the
// tensor core's: it depends on neither tiles nor transposes nor other work, so the same device gives the same bits each time. Another
// kind of device may round within the eight steps in another way, and no CPU has these bits.
package gpu
