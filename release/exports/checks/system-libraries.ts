import type { Executable } from "../executables/executable.ts";

/** The C library, which every base image with glibc has, and the runtime libraries of GCC. */
const LINUX =
  /^(lib(c|m|dl|rt|pthread|util|resolv|atomic|gcc_s|stdc\+\+)\.so\.\d+|ld-linux-(x86-64|aarch64)\.so\.\d|linux-vdso\.so\.1)$/;

/**
 * Libraries of Windows that Godot links (platform/windows/detect.py), and those that its dependencies link. All are part
 * of every Windows since 10.
 */
const WINDOWS = new Set(
  `advapi32 avrt bcrypt cfgmgr32 comctl32 comdlg32 crypt32 d2d1 d3d9 d3d11 d3d12 dbghelp dinput8 dsound dwmapi dwrite dxgi
  gdi32 hid imm32 iphlpapi kernel32 ksuser mf mfplat mfreadwrite msvcrt ncrypt normaliz ntdll ole32 oleaut32 opengl32 powrprof
  propsys psapi rpcrt4 sapi secur32 setupapi shcore shell32 shlwapi ucrtbase uiautomationcore urlmon user32 userenv uxtheme version
  wbemuuid winhttp winmm winspool wsock32 ws2_32 xinput1_4 xinput9_1_0`.split(/\s+/),
);

/** Whether the operating system, or the base image, has a library. */
export function isSystemLibrary(format: Executable["format"], name: string): boolean {
  if (format === "ELF") return LINUX.test(name);
  const lower = name.toLowerCase();
  return lower.startsWith("api-ms-win-") || WINDOWS.has(lower.replace(/\.(dll|drv)$/, ""));
}
