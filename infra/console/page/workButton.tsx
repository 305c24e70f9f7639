import type { ComponentChildren } from 'preact';

interface Given {
  /** It takes no press now. */
  readonly isOff: boolean;
  readonly onPress: () => void;
  readonly primary?: boolean;
  readonly children: ComponentChildren;
}

/** While something works it takes no other press, and keeps the focus: a disabled one would lose it. */
export function WorkButton({ isOff, onPress, primary = false, children }: Given) {
  const pressed = (): void => {
    if (!isOff) onPress();
  };
  return (
    <button type="button" class={primary ? 'primary' : ''} aria-disabled={isOff} onClick={pressed}>
      {children}
    </button>
  );
}
