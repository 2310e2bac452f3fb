#include <string.h>

#include "block.h"
#include "context.h"
#include "kernels.h"
#include "memory.h"
#include "shared.h"

namespace {

enum FunctionAttribute { max_threads = 0, static_shared = 1, const_bytes = 2, local_bytes = 3, registers = 4, ptx_version = 5, max_dynamic_shared = 8 };

// Other contexts' memory isn't there for a kernel. Pointers come as parameters, so they are looked at before it runs.
Result check_pointers(Context &context, const Function &f, const std::vector<uint64_t> &values) {
  for (size_t i = 0; i < values.size(); i++) {
    if (f.kernel.sizes[i] != 8) continue;
    Allocation a = memory.find(values[i]);
    if (a.bytes && a.context != &context)
      return refuse(illegal_address, "kernel %s: parameter %zu is memory of another context", f.name.c_str(), i);
  }
  return success;
}

struct Shape {
  emul_uint3 grid, block;
  unsigned shared;
};

Result check_shape(const Function &f, const Shape &s) {
  const char *name = f.name.c_str();
  const emul_uint3 &g = s.grid, &b = s.block;
  if (!g.x || !g.y || !g.z || g.x > 0x7fffffff || g.y > 65535 || g.z > 65535)
    return refuse(invalid_value, "kernel %s: a grid of %u x %u x %u blocks", name, g.x, g.y, g.z);
  if (!b.x || !b.y || !b.z || b.x > 1024 || b.y > 1024 || b.z > 64 || size_t(b.x) * b.y * b.z > size_t(f.most_threads))
    return refuse(invalid_value, "kernel %s: blocks of %u x %u x %u threads, of at most %d", name, b.x, b.y, b.z, f.most_threads);
  if (s.shared > unsigned(f.dynamic_limit))
    return refuse(invalid_value, "kernel %s: %u bytes of dynamic shared memory, of at most %d", name, s.shared, f.dynamic_limit);
  return success;
}

Result run_kernel(Context &context, const Function &f, const Shape &shape, std::vector<uint64_t> values) {
  Result result = check_pointers(context, f, values);
  if (result) return result;
  std::vector<void *> arguments;
  for (uint64_t &value : values) arguments.push_back(&value);
  Failure failure = run({f.name.c_str(), f.kernel.call, arguments.data(), shape.grid, shape.block, shape.shared});
  if (failure.result) return refuse(failure.result, "kernel %s: %s", f.name.c_str(), failure.why.c_str());
  context.device.count_launch();
  return success;
}

} // namespace

bool Context::has(const Function *function) const {
  for (const Module *m : modules)
    for (auto &entry : m->functions)
      if (entry.second.get() == function) return true;
  return false;
}

API cuFuncSetAttribute(Function *function, int attribute, int value) {
  ENTER
  if (!context.has(function)) return refuse(invalid_handle, "cuFuncSetAttribute");
  if (attribute != max_dynamic_shared || value < 0 || size_t(value) > Shared::most)
    return refuse(invalid_value, "cuFuncSetAttribute: kernel %s, attribute %d = %d", function->name.c_str(), attribute, value);
  function->dynamic_limit = value;
  return success;
}

// Of registers and local memory the host's compiler says nothing.
API cuFuncGetAttribute(int *value, int attribute, Function *function) {
  ENTER
  if (!context.has(function)) return refuse(invalid_handle, "cuFuncGetAttribute");
  switch (attribute) {
  case max_threads: *value = function->most_threads; break;
  case registers: *value = 32; break;
  case ptx_version: *value = 78; break;
  case max_dynamic_shared: *value = function->dynamic_limit; break;
  default: *value = 0;
  }
  return success;
}

API cuLaunchKernel(Function *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   Stream *stream, void **parameters, void **extra) {
  ENTER
  stream = context.stream(stream);
  if (!stream) return refuse(invalid_handle, "cuLaunchKernel: no stream of the current context");
  if (!context.has(function)) return refuse(invalid_handle, "cuLaunchKernel: no function of the current context");
  Shape shape{{gx, gy, gz}, {bx, by, bz}, shared};
  Result result = check_shape(*function, shape);
  if (result) return result;
  if (extra) return refuse(not_supported, "cuLaunchKernel with extra parameters");
  std::vector<uint64_t> values(function->kernel.sizes.size());
  for (size_t i = 0; i < values.size(); i++) memcpy(&values[i], parameters[i], function->kernel.sizes[i]);
  return stream->enqueue([&context, function, shape, values] { return run_kernel(context, *function, shape, values); });
}
