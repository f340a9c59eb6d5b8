/**
 * Copy a text, and say whether that worked. A page opened from disk may be kept from the
 * clipboard; then a selection beside `near`, where the focus may go, is copied instead.
 */
export async function copyText(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text, near);
  }
}

function copySelection(text: string, near: HTMLElement): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'hidden-visually';
  near.after(field);
  field.select();
  try {
    // long obsolete, and the only way where there is no clipboard
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return document.execCommand('copy');
  } finally {
    field.remove();
    near.focus();
  }
}
