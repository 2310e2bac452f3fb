#include "kernels.h"

#include <dlfcn.h>
#include <string.h>

#include <mutex>

#include "block.h"
#include "context.h"
#include "memory.h"
#include "ptx.h"
#include "settings.h"
#include "shared.h"

namespace {

std::map<std::string, Kernel> &kernels() {
  static auto *all = new std::map<std::string, Kernel>;
  return *all;
}

std::string library_path() {
  if (settings.kernels) return settings.kernels;
  Dl_info self;
  dladdr(reinterpret_cast<void *>(library_path), &self);
  std::string path = self.dli_fname;
  return path.substr(0, path.rfind('/') + 1) + "libziplawkernels.so";
}

// Loading the library registers its kernels (emul.h).
Result load_library() {
  static std::mutex mutex;
  static bool loaded;
  std::lock_guard<std::mutex> lock(mutex);
  if (loaded) return success;
  if (!dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL)) return refuse(file_not_found, "%s", dlerror());
  loaded = true;
  return success;
}

Result add(Context &context, Module &module, const PTXEntry &entry) {
  auto kernel = kernels().find(entry.name);
  if (kernel == kernels().end()) return refuse(invalid_ptx, "kernel %s is in the PTX, and not exported by the host's", entry.name.c_str());
  if (kernel->second.sizes != entry.sizes)
    return refuse(invalid_ptx, "kernel %s has other parameters in the PTX than on the host", entry.name.c_str());
  for (int size : entry.sizes)
    if (size > 8) return refuse(not_supported, "kernel %s has a parameter of %d bytes", entry.name.c_str(), size);
  int threads = entry.most_threads ? entry.most_threads : 1024;
  module.functions[entry.name].reset(new Function{&context, entry.name, kernel->second, threads});
  return success;
}

bool owns(Context &context, const Function *function) {
  for (Module *m : context.modules)
    for (auto &entry : m->functions)
      if (entry.second.get() == function) return true;
  return false;
}

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

extern "C" __attribute__((visibility("default"))) void emul_register(const char *name, void (*call)(void **), const int *sizes, int n) {
  kernels()[name] = {call, std::vector<int>(sizes, sizes + n)};
}

API cuModuleLoadData(Module **module, const char *image) {
  ENTER
  std::vector<PTXEntry> entries = ptx_entries(image);
  if (entries.empty()) return refuse(invalid_image, "cuModuleLoadData: no PTX text with entries");
  Result result = load_library();
  if (result) return result;
  auto loaded = std::make_unique<Module>();
  for (const PTXEntry &entry : entries)
    if ((result = add(context, *loaded, entry))) return result;
  *module = loaded.release();
  context.modules.insert(*module);
  return success;
}

API cuModuleLoadDataEx(Module **module, const char *image, unsigned, void *, void *) { return cuModuleLoadData(module, image); }

API cuModuleUnload(Module *module) {
  ENTER
  if (!context.modules.count(module)) return refuse(invalid_handle, "cuModuleUnload");
  context.flush(true);
  context.modules.erase(module);
  delete module;
  return success;
}

API cuModuleGetFunction(Function **function, Module *module, const char *name) {
  ENTER
  if (!context.modules.count(module)) return refuse(invalid_handle, "cuModuleGetFunction");
  auto found = module->functions.find(name);
  if (found == module->functions.end()) return refuse(not_found, "cuModuleGetFunction: %s", name);
  *function = found->second.get();
  return success;
}

namespace {
enum FunctionAttribute { max_threads = 0, static_shared = 1, const_bytes = 2, local_bytes = 3, registers = 4, ptx_version = 5, max_dynamic_shared = 8 };
}

API cuFuncSetAttribute(Function *function, int attribute, int value) {
  ENTER
  if (!owns(context, function)) return refuse(invalid_handle, "cuFuncSetAttribute");
  if (attribute != max_dynamic_shared || value < 0 || size_t(value) > Shared::most)
    return refuse(invalid_value, "cuFuncSetAttribute: kernel %s, attribute %d = %d", function->name.c_str(), attribute, value);
  function->dynamic_limit = value;
  return success;
}

// Of registers and local memory the host's compiler says nothing.
API cuFuncGetAttribute(int *value, int attribute, Function *function) {
  ENTER
  if (!owns(context, function)) return refuse(invalid_handle, "cuFuncGetAttribute");
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
  if (!owns(context, function)) return refuse(invalid_handle, "cuLaunchKernel: no function of the current context");
  Shape shape{{gx, gy, gz}, {bx, by, bz}, shared};
  Result result = check_shape(*function, shape);
  if (result) return result;
  if (extra) return refuse(not_supported, "cuLaunchKernel with extra parameters");
  std::vector<uint64_t> values(function->kernel.sizes.size());
  for (size_t i = 0; i < values.size(); i++) memcpy(&values[i], parameters[i], function->kernel.sizes[i]);
  return stream->enqueue([&context, function, shape, values] { return run_kernel(context, *function, shape, values); });
}
